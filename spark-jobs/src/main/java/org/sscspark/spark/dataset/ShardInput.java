package org.sscspark.spark.dataset;

import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ReadLimits;
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

  /** Where the files are, if there are any. */
  Optional<URI> files();

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
    public Optional<URI> files() {
      return Optional.of(location);
    }

    @Override
    public Found find(Configuration configuration, ReadLimits limits) {
      return ofRaw(format.open(configuration, location, split, limits));
    }
  }

  /** Generated images. */
  record Generated(Synthetic images) implements ShardInput {
    @Override
    public Optional<URI> files() {
      return Optional.empty();
    }

    @Override
    public Found find(Configuration configuration, ReadLimits limits) {
      return ofRaw(images);
    }
  }

  /** A table in Parquet files. */
  record Table(URI location, TableColumns columns) implements ShardInput {
    @Override
    public Optional<URI> files() {
      return Optional.of(location);
    }

    @Override
    public Found find(Configuration configuration, ReadLimits limits) {
      ParquetTable table = ParquetTable.at(configuration, location, "--in");
      return session ->
          TableSource.of(
              table.read(session),
              columns,
              new DatasetSource("parquet", table.path().toString(), "", ""),
              table.passedOver());
    }
  }
}
