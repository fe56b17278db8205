package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.data.PassedOver;
import org.sscspark.storage.Storage;
import scala.Option;

/** A table in Parquet files that is there. */
public final class ParquetTable {
  /** Spark's own, for paths that are not patterns. */
  private static final String PATTERNS = "__globPaths__";

  private static final String INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled";
  private static final String TEXTS = "spark.sql.parquet.binaryAsString";

  private final Path path;
  private final TableFiles files;

  private ParquetTable(Path path, TableFiles files) {
    this.path = path;
    this.files = files;
  }

  /**
   * Looks for a table without reading it.
   *
   * @param option that says where the table is
   * @throws BadInputException if there is nothing, a table whose files are not its rows, or one
   *     that is not whole
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
      return new ParquetTable(path, TableFiles.of(fileSystem, path));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + path, e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Parquet files in its folder that are no part of it. */
  public List<PassedOver> passedOver() {
    return files.hidden();
  }

  /**
   * Reads the table's schema; its rows when Spark asks. Columns that are folders, as {@code
   * partitionBy} makes them, have the folders' text, or whole numbers if that loses nothing.
   *
   * @throws BadInputException if it is none, or not all of its files would be read
   */
  public Dataset<Row> read(SparkSession session) {
    if (Boolean.parseBoolean(session.conf().get(TEXTS, "false"))) {
      throw new BadInputException(
          TEXTS + " makes texts of all binary columns, images among them; leave it out");
    }
    Dataset<Row> table = plain(session);
    FolderColumns.places(table, files.table()).ifPresent(files::requireAllIn);
    return FolderColumns.numbered(table);
  }

  private Dataset<Row> plain(SparkSession session) {
    try {
      return withoutInference(session);
    } catch (AssertionError e) {
      throw new BadInputException(
          "The folders of table %s are not of the same columns, as those of %s; at each level all must be of one, as label=3 and label=4, and files lie in the last"
              .formatted(path, files.different()),
          e);
    } catch (Exception e) {
      // Spark declares none of what it throws here, and some of it is checked.
      throw new BadInputException(
          e instanceof AnalysisException && e.getMessage().contains("UNABLE_TO_INFER_SCHEMA")
              ? files.noneRead()
              : "%s is no table in Parquet files (%s)".formatted(path, firstLine(e)),
          e);
    }
  }

  /** Spark takes 01 for 1 otherwise; it looks at the setting while it looks at the folders. */
  private Dataset<Row> withoutInference(SparkSession session) {
    RuntimeConfig settings = session.conf();
    Option<String> before = settings.getOption(INFERENCE);
    settings.set(INFERENCE, false);
    try {
      return session
          .read()
          .option(PATTERNS, false)
          // Whatever a cluster's defaults are, rows are not left out.
          .option("ignoreCorruptFiles", false)
          .option("ignoreMissingFiles", false)
          .parquet(path.toString());
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
