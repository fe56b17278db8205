package org.sscspark.spark.compare;

import java.util.Locale;

/**
 * The density at which a step of a row's network takes as long as SSC's.
 *
 * @param density that was found
 * @param own time of its step
 * @param ssc the time of SSC's step, in the same turns
 */
record SolvedStep(double density, StepTime own, StepTime ssc) {
  /** Times nearer than this share are equal, however quiet the machine is. */
  private static final double FINEST = 0.01;

  /** Times further apart are not, however noisy it is. */
  private static final double COARSEST = 0.05;

  CellKey key() {
    return own.key();
  }

  /** How much longer its step takes than SSC's, as a share. */
  double excess() {
    return own.seconds() / ssc.seconds() - 1;
  }

  /** By how much the two may differ: by what turns of each differ, within limits. */
  double tolerance() {
    double spread = (own.spread() + ssc.spread()) / ssc.seconds();
    return Math.min(COARSEST, Math.max(FINEST, spread));
  }

  boolean isEqual() {
    return Math.abs(excess()) <= tolerance();
  }

  /** The same in words: {@code 0.0625 with 3.14 ms}. */
  String inWords() {
    return String.format(Locale.ROOT, "%.4g with %.2f ms", density, 1000 * own.seconds());
  }
}
