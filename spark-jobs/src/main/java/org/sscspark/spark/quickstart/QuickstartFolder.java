package org.sscspark.spark.quickstart;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;

/** The folder of a quick start: {@code data/train}, {@code data/test} and {@code comparison}. */
public record QuickstartFolder(Path root) {
  private static final Set<String> CONTENT = new TreeSet<>(List.of("comparison", "data"));

  /**
   * Empties the folder, so that everything in it will be of one start. It is deleted only if it
   * holds nothing but what an earlier start made.
   *
   * @throws BadInputException if it holds something else
   * @throws IOException if it cannot be emptied
   */
  public void empty() throws IOException {
    requireOwn();
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(root);
  }

  /**
   * Checks that nothing would be lost.
   *
   * @throws BadInputException if the folder holds something that no earlier start made
   */
  public void requireOwn() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new BadInputException(root + " is a file; choose a folder with --out");
    }
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.sorted().toList()) {
        if (!CONTENT.contains(file.getFileName().toString())) {
          throw new BadInputException(
              "%s holds %s, which no quick start made; choose another folder with --out"
                  .formatted(root, file.getFileName()));
        }
      }
    }
  }

  URI data(String split) {
    return Location.of(root.resolve("data").resolve(split).toString());
  }

  URI comparison() {
    return Location.of(root.resolve("comparison").toString());
  }
}
