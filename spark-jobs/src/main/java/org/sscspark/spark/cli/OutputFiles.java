package org.sscspark.spark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.evaluate.FoundCheckpoint;

/**
 * The files of this machine that one command writes: each is another one, and none lies in a folder
 * that the command reads, whose own files it could replace.
 */
final class OutputFiles {
  /** What is read, in words, by its folder. */
  private final Map<Path, String> sources = new LinkedHashMap<>();

  /** The option that asked for a file. */
  private final Map<Path, String> options = new LinkedHashMap<>();

  private final Map<Path, OutputFile> files = new LinkedHashMap<>();

  /**
   * Adds a folder that the command reads; on another file system it is safe anyway.
   *
   * @param what as in "data set"
   */
  OutputFiles reading(String what, URI folder) {
    if ("file".equals(folder.getScheme())) {
      Path path = Path.of(folder.getPath());
      sources.put(real(path), what + " " + path);
    }
    return this;
  }

  /** Adds the folders of a checkpoint and of the run that it belongs to. */
  OutputFiles reading(FoundCheckpoint found) {
    reading("checkpoint", found.checkpoint().folder().toUri());
    found.run().ifPresent(run -> reading("run", run.root().toUri()));
    return this;
  }

  /**
   * Checks a path and writes nothing yet.
   *
   * @param option that names it
   * @throws BadInputException if no file can be written there, or it would replace one that is read
   *     or another output
   */
  OutputFile add(String option, String text) {
    OutputFile file = OutputFile.named(text);
    // Not what the file itself points to: a link is replaced, and its target stays.
    Path place = real(file.path().getParent()).resolve(file.path().getFileName());
    sources.forEach(
        (folder, what) -> {
          if (place.startsWith(folder)) {
            throw new BadInputException(
                "%s %s lies in the %s, which is read; choose a place outside of it"
                    .formatted(option, file, what));
          }
        });
    String other = options.putIfAbsent(place, option);
    if (other != null) {
      throw new BadInputException(
          "%s and %s would both write %s; give each a file of its own"
              .formatted(other, option, file));
    }
    files.put(place, file);
    return file;
  }

  /**
   * Makes the folders of all files, before the work begins.
   *
   * @throws BadInputException if one cannot be made
   */
  void makeFolders() {
    files.values().forEach(OutputFile::makeFolder);
  }

  /** One path for all the names that a folder has, also if it is not there yet. */
  private static Path real(Path folder) {
    try {
      return Files.exists(folder)
          ? folder.toRealPath()
          : real(folder.getParent()).resolve(folder.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find out where " + folder + " is", e);
    }
  }
}
