package org.sscspark.spark.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The computations of a convolution in training. */
enum Pass {
  FORWARD,
  BACKWARD_DATA,
  BACKWARD_WEIGHTS,
  /** Both backward computations at once. */
  BACKWARD;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
