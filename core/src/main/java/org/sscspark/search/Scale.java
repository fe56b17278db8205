package org.sscspark.search;

/** How the values between two bounds are spread. */
public enum Scale {
  /** Equal differences are equally likely. */
  LINEAR,
  /** Equal factors are equally likely. */
  LOGARITHMIC;

  /** The value at a share of the way from low to high. */
  double at(double low, double high, double share) {
    return this == LINEAR
        ? low + share * (high - low)
        : StrictMath.exp(
            StrictMath.log(low) + share * (StrictMath.log(high) - StrictMath.log(low)));
  }

  /** The share of the way from low to high at which a value is. */
  double position(double low, double high, double value) {
    if (low == high) {
      return 0.5;
    }
    return this == LINEAR
        ? (value - low) / (high - low)
        : (StrictMath.log(value) - StrictMath.log(low))
            / (StrictMath.log(high) - StrictMath.log(low));
  }
}
