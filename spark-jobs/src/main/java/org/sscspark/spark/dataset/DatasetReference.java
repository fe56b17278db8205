package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;

/** A sharded data set as it travels to executors: all that they need to read its shards. */
public record DatasetReference(
    URI location, DatasetManifest manifest, SerializableConfiguration configuration)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Refers to a stored data set.
   *
   * @throws BadInputException if there is none
   */
  public static DatasetReference to(Configuration configuration, URI location) {
    return new DatasetReference(
        location,
        Dataset.open(configuration, location).manifest(),
        new SerializableConfiguration(configuration));
  }

  /**
   * Checks that a network trained on this set can be evaluated on another.
   *
   * @throws BadInputException if images or classes are not alike
   */
  public void requireSameKind(DatasetReference test) {
    DatasetManifest other = test.manifest();
    if (!other.shape().equals(manifest.shape()) || !other.classes().equals(manifest.classes())) {
      throw new BadInputException(
          "Test set %s has %d classes of %s images, the training set %d of %s: shard both alike"
              .formatted(
                  test.location(),
                  other.classes().size(),
                  other.shape(),
                  manifest.classes().size(),
                  manifest.shape()));
    }
  }

  /** Opens the data set without reading anything. */
  public Dataset open() {
    return Dataset.of(configuration.value(), location, manifest);
  }
}
