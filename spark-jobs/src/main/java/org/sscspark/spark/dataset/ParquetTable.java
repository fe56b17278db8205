package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.Storage;
import scala.Option;

/** A table in Parquet files that is there. */
public record ParquetTable(Path path) {
  /** Spark's own, for paths that are not patterns. */
  private static final String PATTERNS = "__globPaths__";

  private static final String INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled";

  /**
   * Looks for a table without reading it.
   *
   * @param option that says where the table is
   * @throws BadInputException if there is nothing, or a table whose files are not its rows
   */
  public static ParquetTable at(Configuration configuration, URI location, String option) {
    Path path = Storage.path(location);
    try {
      FileSystem fileSystem = Storage.fileSystem(configuration, location);
      if (!fileSystem.exists(path)) {
        throw new BadInputException(
            "%s does not exist; give the table's Parquet file or folder with %s"
                .formatted(path, option));
      }
      TableFolder.requirePlain(fileSystem, path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + path, e);
    }
    return new ParquetTable(path);
  }

  /**
   * Reads the table's schema; its rows when Spark asks. Columns that are folders, as {@code
   * partitionBy} makes them, have the folders' text, or whole numbers if that loses nothing.
   *
   * @throws BadInputException if it is none
   */
  public Dataset<Row> read(SparkSession session) {
    try {
      return FolderColumns.numbered(withoutInference(session));
    } catch (Exception e) {
      // Spark declares none of what it throws here, and some of it is checked.
      throw new BadInputException(
          "%s is no table in Parquet files (%s)".formatted(path, firstLine(e)), e);
    }
  }

  /** Spark takes 01 for 1 otherwise; it looks at the setting while it looks at the folders. */
  private Dataset<Row> withoutInference(SparkSession session) {
    RuntimeConfig settings = session.conf();
    Option<String> before = settings.getOption(INFERENCE);
    settings.set(INFERENCE, false);
    try {
      return session.read().option(PATTERNS, false).parquet(path.toString());
    } finally {
      if (before.isDefined()) {
        settings.set(INFERENCE, before.get());
      } else {
        settings.unset(INFERENCE);
      }
    }
  }

  private static String firstLine(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
