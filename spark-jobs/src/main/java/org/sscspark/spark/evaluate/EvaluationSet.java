package org.sscspark.spark.evaluate;

import java.io.Serializable;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.NetworkSpec;

/** A stored data set to evaluate on, as driver and executors know it. */
public final class EvaluationSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private final URI location;
  private final DatasetManifest manifest;
  private final SerializableConfiguration configuration;

  private EvaluationSet(URI location, DatasetManifest manifest, Configuration configuration) {
    this.location = location;
    this.manifest = manifest;
    this.configuration = new SerializableConfiguration(configuration);
  }

  /**
   * Opens a data set.
   *
   * @throws BadInputException if there is none
   */
  public static EvaluationSet open(Configuration configuration, URI location) {
    return new EvaluationSet(
        location, Dataset.open(configuration, location).manifest(), configuration);
  }

  /** Where it is. */
  public URI location() {
    return location;
  }

  /** What it holds. */
  public DatasetManifest manifest() {
    return manifest;
  }

  /**
   * Checks that a network reads these images and knows these classes.
   *
   * @param model what the network is called in messages
   * @throws BadInputException if not
   */
  public void requireFits(NetworkSpec network, String model) {
    if (!network.input().equals(manifest.shape())) {
      throw new BadInputException(
          "%s reads images of %s, but those of %s are %s; give the data set it was trained for"
              .formatted(model, network.input(), location, manifest.shape()));
    }
    if (network.classes() != manifest.classes().size()) {
      throw new BadInputException(
          "%s tells %d classes apart, but %s has %d; give the data set it was trained for"
              .formatted(model, network.classes(), location, manifest.classes().size()));
    }
  }

  /** The same data set, to be read here. */
  Dataset dataset() {
    return Dataset.of(configuration.value(), location, manifest);
  }
}
