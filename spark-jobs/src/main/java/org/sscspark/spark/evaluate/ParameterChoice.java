package org.sscspark.spark.evaluate;

/** Which of a checkpoint's parameters are used. */
public enum ParameterChoice {
  /** Those that were trained. */
  TRAINED,
  /** Their exponential moving average, which a run keeps with {@code train.ema.decay}. */
  AVERAGE
}
