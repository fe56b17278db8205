package org.sscspark.engine.lane;

/**
 * The arguments of a batch norm's loops: buffers of one shape and halo, and numbers by channel,
 * which a step writes before it calls a loop for the channel.
 */
final class LaneNorm {
  final LaneValue in;

  /** What is added to the normalised values; null for nothing. */
  final LaneValue skip;

  final LaneValue out;
  final boolean rectified;

  /** Whether backward adds to the input's gradient. */
  final boolean addsToInput;

  /** Whether some of what it reads or writes is stored in halves. */
  private final boolean halved;

  /**
   * The rectifier was open, and lets a gradient through, where (x - mean) * scale + shift is above
   * this: without a skip connection x tells, and nothing else is read. Minus infinity of norms that
   * x does not tell it of.
   */
  final float openAbove;

  /** out = relu?((x - mean) * scale + shift + skip?). */
  final float[] mean;

  final float[] scale;
  final float[] shift;

  /** dx = (g' * scale + (x - mean) * slope + offset), g' being g where the rectifier was open. */
  final float[] slope;

  final float[] offset;

  LaneNorm(LaneValue in, LaneValue skip, LaneValue out, boolean rectified, boolean addsToInput) {
    this.in = in;
    this.skip = skip;
    this.out = out;
    this.rectified = rectified;
    this.addsToInput = addsToInput;
    this.halved = in.isHalved() || out.isHalved() || skip != null && skip.isHalved();
    this.openAbove = rectified && skip == null ? 0 : Float.NEGATIVE_INFINITY;
    int channels = in.channels();
    this.mean = new float[channels];
    this.scale = new float[channels];
    this.shift = new float[channels];
    this.slope = new float[channels];
    this.offset = new float[channels];
  }

  /**
   * Whether the output's gradient is masked where it is: without a skip connection the input tells
   * where the rectifier was open, and nothing else is read.
   */
  boolean masks() {
    return rectified && skip != null;
  }

  boolean isHalved() {
    return halved;
  }
}
