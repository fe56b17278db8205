package org.sscspark.spark.dataset;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/**
 * Tells folders of Parquet files from tables of Delta Lake, Hudi and Iceberg. Those keep files of
 * rows that were deleted or replaced, and a log that says which files count.
 */
public final class TableFolder {
  private static final Pattern ICEBERG = Pattern.compile("v?[0-9].*\\.metadata\\.json");

  private TableFolder() {}

  /**
   * Checks that the Parquet files at a place are all of a table.
   *
   * @param path a table's folder or file
   * @throws BadInputException if a log beside them, or above the folders that are named by a
   *     column's values, says which count
   */
  public static void requirePlain(FileSystem fileSystem, Path path) throws IOException {
    Path folder = fileSystem.getFileStatus(path).isFile() ? path.getParent() : path;
    while (folder != null) {
      Optional<String> format = format(fileSystem, folder);
      if (format.isPresent()) {
        throw new BadInputException(
            "%s is a table of %s, whose files are not its rows: deleted and replaced ones are among them; read it with Spark and write what it holds as Parquet, or use the stage of spark.ml"
                .formatted(folder, format.get()));
      }
      folder = isWithinTable(folder) ? folder.getParent() : null;
    }
  }

  /** Whether a folder is by its name a part of the table that is above. */
  private static boolean isWithinTable(Path folder) {
    return folder.getName().contains("=") || folder.getName().equals("data");
  }

  private static Optional<String> format(FileSystem fileSystem, Path folder) throws IOException {
    if (isFolder(fileSystem, new Path(folder, "_delta_log"))) {
      return Optional.of("Delta Lake");
    }
    if (isFolder(fileSystem, new Path(folder, ".hoodie"))) {
      return Optional.of("Hudi");
    }
    Path metadata = new Path(folder, "metadata");
    if (isFolder(fileSystem, metadata)) {
      for (FileStatus file : fileSystem.listStatus(metadata)) {
        if (ICEBERG.matcher(file.getPath().getName().toLowerCase(Locale.ROOT)).matches()) {
          return Optional.of("Iceberg");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isFolder(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.exists(path) && fileSystem.getFileStatus(path).isDirectory();
  }
}
