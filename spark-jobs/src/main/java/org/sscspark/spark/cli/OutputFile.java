package org.sscspark.spark.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.FileContent;

/** A file of this machine that a command writes, whole or not at all. */
public record OutputFile(Path path) {
  /**
   * Checks a path before the work begins, and makes its folder.
   *
   * @throws BadInputException if no file can be written there
   */
  public static OutputFile at(String text) {
    OutputFile file = named(text);
    file.makeFolder();
    return file;
  }

  /**
   * Checks a path and makes nothing.
   *
   * @throws BadInputException if it is that of a folder, or not on this machine
   */
  static OutputFile named(String text) {
    Path path = LocalPath.of(text);
    if (Files.isDirectory(path)) {
      throw new BadInputException("Cannot write " + path + ": it is a folder; name a file in it");
    }
    return new OutputFile(path);
  }

  /**
   * Makes the file's folder, if need be.
   *
   * @throws BadInputException if it cannot be made, or no file in it
   */
  void makeFolder() {
    try {
      Files.createDirectories(path.getParent());
    } catch (IOException e) {
      throw new BadInputException(
          "Cannot write " + path + ": there is no folder and none can be made; choose another", e);
    }
    try {
      Files.delete(Files.createFile(temporary()));
    } catch (IOException e) {
      throw new BadInputException(
          "Cannot write " + path + ": no file can be made in its folder; choose another", e);
    }
  }

  /** Writes text in UTF-8. */
  public void write(String text) throws IOException {
    write(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes the file under a temporary name, forces it to disk and renames it. */
  public void write(FileContent content) throws IOException {
    Path temporary = temporary();
    try {
      try (OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)) {
        content.writeTo(out);
      }
      try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        file.force(/* metaData= */ true);
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Another one each time, for others may write the same file; one who is killed leaves it. */
  private Path temporary() {
    return path.resolveSibling("." + path.getFileName() + "-" + UUID.randomUUID() + ".tmp");
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
