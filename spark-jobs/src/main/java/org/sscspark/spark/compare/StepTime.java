package org.sscspark.spark.compare;

import static org.sscspark.spark.trial.JsonParts.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.sscspark.report.Figures;

/**
 * How long a training step of a row's network took: forward, backward and update of one minibatch,
 * without waiting for images.
 *
 * @param seconds the median of several turns
 * @param low the lower quartile
 * @param high the upper quartile
 */
record StepTime(CellKey key, double seconds, double low, double high) {
  private static final double MILLIS = 1000;

  /** Between the two nearest values, in proportion. */
  private static final Percentile QUANTILE =
      new Percentile().withEstimationType(EstimationType.R_7);

  StepTime {
    if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A step of " + key.name() + " took " + seconds + " s");
    }
  }

  /** Half the distance of the quartiles. */
  double spread() {
    return (high - low) / 2;
  }

  /** So many times as long. */
  StepTime times(double factor) {
    return new StepTime(key, factor * seconds, factor * low, factor * high);
  }

  /** Seconds as milliseconds, for people. */
  static String millis(double seconds) {
    return Figures.fixed(MILLIS * seconds, 2);
  }

  /** Both quartiles in milliseconds, for people. */
  String quartiles() {
    return millis(low) + " to " + millis(high);
  }

  /** Adds it to an object, but for its row. */
  void put(ObjectNode json) {
    json.put("seconds", seconds).put("lowerQuartile", low).put("upperQuartile", high);
  }

  /**
   * Reads {@link #put}.
   *
   * @throws IllegalArgumentException if something is missing; the message names it
   */
  static StepTime fromJson(CellKey key, JsonNode json) {
    return new StepTime(
        key, number(json, "seconds"), number(json, "lowerQuartile"), number(json, "upperQuartile"));
  }

  /** Of what several turns took. */
  static StepTime of(CellKey key, double[] turns) {
    return new StepTime(
        key,
        QUANTILE.evaluate(turns, 50),
        QUANTILE.evaluate(turns, 25),
        QUANTILE.evaluate(turns, 75));
  }
}
