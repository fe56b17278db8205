package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.Storage;

/** A table in Parquet files that is there. */
public record ParquetTable(Path path) {
  /**
   * Looks for a table without reading it.
   *
   * @param option that says where the table is
   * @throws BadInputException if there is nothing
   */
  public static ParquetTable at(Configuration configuration, URI location, String option) {
    Path path = Storage.path(location);
    try {
      if (!Storage.fileSystem(configuration, location).exists(path)) {
        throw new BadInputException(
            "%s does not exist; give the table's Parquet file or folder with %s"
                .formatted(path, option));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + path, e);
    }
    return new ParquetTable(path);
  }

  /**
   * Reads the table's schema; its rows when Spark asks.
   *
   * @throws BadInputException if it is none
   */
  public Dataset<Row> read(SparkSession session) {
    try {
      return session.read().parquet(path.toString());
    } catch (Exception e) {
      // Spark declares none of what it throws here, and some of it is checked.
      throw new BadInputException(
          "%s is no table in Parquet files (%s)".formatted(path, firstLine(e)), e);
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
