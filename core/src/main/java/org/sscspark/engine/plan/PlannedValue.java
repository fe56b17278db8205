package org.sscspark.engine.plan;

import org.sscspark.engine.FeatureStorage;
import org.sscspark.network.FeatureShape;

/**
 * The output of a step, or the network's input.
 *
 * @param name of the operator that computes it
 * @param shape of one example
 * @param halo rows and columns of zeros that it needs on every side
 * @param buffer which buffer holds it: values of equal number have one shape and halo, and take
 *     turns; {@link #NO_BUFFER} of the network's input, which the caller brings
 * @param gradientBuffer which buffer holds its gradient, likewise, counted apart; {@link
 *     #NO_BUFFER} where no logit depends on the value, and in a plan for inference
 * @param storage of the value and of its gradient
 */
public record PlannedValue(
    String name,
    FeatureShape shape,
    int halo,
    int buffer,
    int gradientBuffer,
    FeatureStorage storage) {
  /** Of what needs no buffer of the plan's. */
  public static final int NO_BUFFER = -1;

  /** The floats of one example, its halo among them. */
  public long floats() {
    return (long) shape.channels() * (shape.height() + 2L * halo) * (shape.width() + 2L * halo);
  }

  /**
   * The bytes of one example in a buffer, its halo among them. Of two positions that share four
   * bytes there is no halo; the last of an odd number has four for itself.
   */
  public long bytes() {
    return isHalved() ? featureBytes() : Float.BYTES * floats();
  }

  /** The bytes of one example without its halo. */
  public long featureBytes() {
    long plane = (long) shape.height() * shape.width();
    return (long) Float.BYTES * shape.channels() * (isHalved() ? (plane + 1) / 2 : plane);
  }

  /** Whether it is kept in half as many bytes. */
  public boolean isHalved() {
    return storage == FeatureStorage.BFLOAT16;
  }
}
