package org.sscspark.spark.predict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.UnlabelledImages;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.dataset.ParquetTable;
import org.sscspark.storage.Storage;

/** Images that are there to be predicted. */
public sealed interface PredictInput permits DatasetInput, FileInput, TableInput {
  /**
   * Looks at what lies at a location: a sharded data set, a table in Parquet files, or image files
   * in a folder or an archive.
   *
   * @param columns of a table; empty if the user says nothing of columns, so that it may be none
   * @throws BadInputException if nothing is there, or the network cannot read it
   */
  static PredictInput find(
      Configuration configuration,
      URI location,
      NetworkSpec network,
      ReadLimits limits,
      Optional<PredictColumns> columns) {
    try {
      boolean sharded =
          Storage.fileSystem(configuration, location)
              .exists(new Path(Storage.path(location), DatasetManifest.FILE_NAME));
      if (sharded && columns.isPresent()) {
        throw new BadInputException(
            Storage.path(location)
                + " is a data set; leave out --image-column, --id-column and --image-shape, which"
                + " are for tables");
      }
      if (sharded) {
        return DatasetInput.of(DatasetReference.to(configuration, location), network);
      }
      if (columns.isPresent() || TableSearch.isTable(configuration, location)) {
        PredictColumns chosen = columns.orElseGet(PredictColumns::standard);
        return new TableInput(
            ParquetTable.at(configuration, location, "--data"), network, limits, chosen);
      }
      return FileInput.of(UnlabelledImages.open(configuration, location, limits), network, limits);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + location, e);
    }
  }

  /** What it is, in words. */
  String words();

  /** Whether images are pixels of the network's input shape; else they are files. */
  boolean pixels();

  /** How much one image may take. */
  ReadLimits limits();

  /** Files beside the images. */
  List<PassedOver> passedOver();

  /**
   * Returns the images, with their ids as the place that they come from; reads when Spark asks.
   *
   * @throws BadInputException if a table lacks a column
   */
  JavaRDD<RawRecord> open(SparkSession session);
}
