package org.sscspark.spark.predict;

import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Normalization;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.evaluate.AnsweringMemory;

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

  /**
   * Holds that executors can predict in each of their task slots.
   *
   * @throws BadInputException if they have too little memory
   */
  public static void requireMemory(
      JavaSparkContext spark, NetworkSpec network, EngineSettings engine) {
    AnsweringMemory.require(spark, "Predicting", network, engine, Predictor.BATCH);
  }

  /**
   * Answers for items of the task that asks, in their order; reads a minibatch of them ahead.
   *
   * @param image the image of an item; the problem it may have becomes the answer's
   */
  public <T> Iterator<Answered<T>> answers(
      float[] parameters, Iterator<T> items, Function<T, RawRecord> image) {
    return new TaskAnswers<>(() -> predictor(parameters), items, image);
  }

  /** Makes a predictor; close it. */
  Predictor predictor(float[] parameters) {
    return new Predictor(this, parameters);
  }
}
