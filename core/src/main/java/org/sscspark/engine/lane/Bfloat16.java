package org.sscspark.engine.lane;

/** Floats of 8 significant bits and the exponents of float32: the upper half of its bits. */
final class Bfloat16 {
  static final int BITS = 16;

  /** Just below half of the last bit that stays; the bit itself is added, so ties go to even. */
  static final int BELOW_HALF = 0x7fff;

  /** The bits of a float that stay. */
  static final int KEPT = 0xffff0000;

  /** What every NaN becomes: rounding could carry over into an infinity or beyond. */
  static final int NAN = 0x7fc00000;

  private Bfloat16() {}

  /** The nearest number's 16 bits, ties to even; too large a one is infinite. */
  static int bits(float value) {
    int bits = Float.isNaN(value) ? NAN : Float.floatToRawIntBits(value);
    return bits + BELOW_HALF + (bits >>> BITS & 1) >>> BITS;
  }

  /** The number of the lower 16 bits. */
  static float value(int bits) {
    return Float.intBitsToFloat(bits << BITS);
  }
}
