package org.sscspark.engine.plan;

import org.sscspark.network.FeatureShape;

/**
 * The output of a step, or the network's input.
 *
 * @param name of the operator that computes it
 * @param shape of one example
 * @param halo rows and columns of zeros that it needs on every side
 * @param gradientBuffer which buffer holds its gradient: values of equal number have one shape and
 *     halo, and take turns; {@link #NO_GRADIENT} where no logit depends on the value
 */
public record PlannedValue(String name, FeatureShape shape, int halo, int gradientBuffer) {
  /** The buffer of a value without a gradient. */
  public static final int NO_GRADIENT = -1;
}
