package org.sscspark.engine.plan;

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
 */
public record PlannedValue(
    String name, FeatureShape shape, int halo, int buffer, int gradientBuffer) {
  /** Of what needs no buffer of the plan's. */
  public static final int NO_BUFFER = -1;

  /** The floats of one example, its halo among them. */
  public long floats() {
    return (long) shape.channels() * (shape.height() + 2L * halo) * (shape.width() + 2L * halo);
  }
}
