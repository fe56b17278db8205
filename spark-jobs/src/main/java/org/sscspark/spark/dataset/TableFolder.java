package org.sscspark.spark.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.sscspark.config.BadInputException;

/**
 * Tells folders of Parquet files from tables of Delta Lake, Hudi and Iceberg. Those keep files of
 * rows that were deleted or replaced, and a log that says which files count.
 */
public final class TableFolder {
  private static final Pattern ICEBERG = Pattern.compile("v?[0-9].*\\.metadata\\.json");

  /** So many folders without a column's name are above the files of a table at most. */
  private static final int LEVELS = 4;

  private TableFolder() {}

  /**
   * Checks that the Parquet files at a place are all of a table.
   *
   * @param path a table's folder or file
   * @throws BadInputException if a log beside them or above says which count
   */
  public static void requirePlain(FileSystem fileSystem, Path path) throws IOException {
    Path folder = fileSystem.getFileStatus(path).isFile() ? path.getParent() : path;
    require(folder, format(fileSystem, folder));
    int levels = LEVELS;
    while (levels > 0 && folder.getParent() != null) {
      levels -= isWithinTable(folder) ? 0 : 1;
      folder = folder.getParent();
      require(folder, formatAbove(fileSystem, folder));
    }
  }

  private static void require(Path folder, Optional<String> format) {
    if (format.isPresent()) {
      throw new BadInputException(
          "%s is a table of %s, whose files are not its rows: deleted and replaced ones are among them; read it with Spark and write what it holds as Parquet, or use the stage of spark.ml"
              .formatted(folder, format.get()));
    }
  }

  /** Who may not look at a folder around the files can still read them. */
  private static Optional<String> formatAbove(FileSystem fileSystem, Path folder)
      throws IOException {
    try {
      return format(fileSystem, folder);
    } catch (AccessControlException | AccessDeniedException e) {
      return Optional.empty();
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
    if (isFolder(fileSystem, new Path(folder, ".hoodie"))
        || fileSystem.exists(new Path(folder, ".hoodie_partition_metadata"))) {
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

  /** Whether a file is called as Parquet files are. */
  public static boolean isParquet(Path file) {
    return file.getName().toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  private static boolean isFolder(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.exists(path) && fileSystem.getFileStatus(path).isDirectory();
  }
}
