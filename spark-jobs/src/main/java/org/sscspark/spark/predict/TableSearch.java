package org.sscspark.spark.predict;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.raw.UnlabelledImages;
import org.sscspark.spark.dataset.TableFolder;
import org.sscspark.storage.Storage;

/** Tells a table in Parquet files from a folder of images. */
final class TableSearch {
  private TableSearch() {}

  /**
   * Whether a location is a table or the folder of one.
   *
   * @throws BadInputException if it holds images as well, of which one cannot know that they are
   *     not meant, or is a table whose files are not its rows
   */
  static boolean isTable(Configuration configuration, URI location) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = Storage.path(location);
    if (!fileSystem.exists(path)) {
      return false;
    }
    boolean file = fileSystem.getFileStatus(path).isFile();
    if (!file) {
      // Their files may lie deeper than those of a table that Spark wrote.
      TableFolder.requirePlain(fileSystem, path);
    }
    Optional<Path> part = part(fileSystem, path);
    if (part.isEmpty() || file) {
      return part.isPresent();
    }
    Optional<String> image = UnlabelledImages.first(configuration, location);
    if (image.isPresent()) {
      throw new BadInputException(
          "%s holds a table, as %s, and images, as %s; put the one or the other into a folder of their own and give that with --data"
              .formatted(path, part.get(), image.get()));
    }
    return true;
  }

  /** Spark's folders of a table that is written by the values of a column are called by them. */
  private static Optional<Path> part(FileSystem fileSystem, Path folder) throws IOException {
    for (FileStatus file : fileSystem.listStatus(folder)) {
      Path path = file.getPath();
      if (file.isFile() && TableFolder.isParquet(path)) {
        return Optional.of(path);
      }
      Optional<Path> below =
          file.isDirectory() && path.getName().contains("=")
              ? part(fileSystem, path)
              : Optional.empty();
      if (below.isPresent()) {
        return below;
      }
    }
    return Optional.empty();
  }
}
