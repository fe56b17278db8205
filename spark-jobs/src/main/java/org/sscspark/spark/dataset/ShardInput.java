package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.Storage;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.raw.Synthetic;

/** Where the images of a data set come from. */
public sealed interface ShardInput {
  /**
   * Looks at what can be looked at without Spark, so that a mistake is told at once.
   *
   * @throws BadInputException if there is nothing, or something else
   */
  Found find(Configuration configuration, ReadLimits limits);

  /** An input that is there. */
  @FunctionalInterface
  interface Found {
    /**
     * Opens the input.
     *
     * @throws BadInputException if it cannot be used
     */
    RecordSource open(SparkSession session);
  }

  private static Found ofRaw(RawDataset raw) {
    return session ->
        new FileSource(JavaSparkContext.fromSparkContext(session.sparkContext()), raw);
  }

  /**
   * A raw data set in files.
   *
   * @param split the part of the raw data set, empty for the format's only or first
   */
  record Files(RawFormat format, URI location, String split) implements ShardInput {
    @Override
    public Found find(Configuration configuration, ReadLimits limits) {
      return ofRaw(format.open(configuration, location, split, limits));
    }
  }

  /** Generated images. */
  record Generated(Synthetic images) implements ShardInput {
    @Override
    public Found find(Configuration configuration, ReadLimits limits) {
      return ofRaw(images);
    }
  }

  /** A table in Parquet files. */
  record Table(URI location, TableColumns columns) implements ShardInput {
    @Override
    public Found find(Configuration configuration, ReadLimits limits) {
      Path path = Storage.path(location);
      try {
        if (!Storage.fileSystem(configuration, location).exists(path)) {
          throw new BadInputException(
              path + " does not exist; give the table's Parquet file or folder with --in");
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot look at " + path, e);
      }
      return session ->
          TableSource.of(
              read(session, path.toString()),
              columns,
              new DatasetSource("parquet", path.toString(), "", ""));
    }

    private static Dataset<Row> read(SparkSession session, String path) {
      try {
        return session.read().parquet(path);
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
}
