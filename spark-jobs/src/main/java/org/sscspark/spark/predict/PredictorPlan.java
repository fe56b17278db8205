package org.sscspark.spark.predict;

import java.io.Serializable;
import org.apache.spark.SparkConf;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Normalization;
import org.sscspark.data.ReadLimits;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/**
 * What a task needs to predict, apart from parameters.
 *
 * @param normalization what the network was trained with
 * @param engine what computes
 * @param threads of a replica
 * @param pixels whether images are pixels of the network's input shape; else they are files
 * @param limits how much one image may take
 */
public record PredictorPlan(
    NetworkSpec network,
    Normalization normalization,
    EngineSettings engine,
    int threads,
    boolean pixels,
    ReadLimits limits)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The threads of a replica in an application. */
  public static int threads(SparkConf conf) {
    return conf.getInt("spark.task.cpus", 1);
  }

  /**
   * Checks that a network reads pixels of a shape.
   *
   * @param where the images in words, for messages
   * @throws BadInputException if not
   */
  public static void requirePixels(NetworkSpec network, FeatureShape shape, String where) {
    if (!network.input().equals(shape)) {
      throw new BadInputException(
          "Network %s reads images of %s, but those of %s are pixels of %s; give images of its shape, or image files, which are resized"
              .formatted(network.name(), network.input(), where, shape));
    }
  }

  /**
   * Checks that a network reads image files.
   *
   * @param where the images in words, for messages
   * @throws BadInputException if not
   */
  public static void requireFiles(NetworkSpec network, String where) {
    if (network.input().channels() != 3) {
      throw new BadInputException(
          "Network %s reads images of %s, and image files such as those of %s have 3 channels; give a data set or a table of pixels"
              .formatted(network.name(), network.input(), where));
    }
  }

  /** Makes a predictor; close it. */
  public Predictor predictor(float[] parameters) {
    return new Predictor(this, parameters);
  }
}
