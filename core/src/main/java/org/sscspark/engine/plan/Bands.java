package org.sscspark.engine.plan;

import java.util.Optional;

/**
 * How a step takes part in layers that run band by band: some rows of all channels at a time, which
 * stay in the cache while everything is done that reads them. Such a layer normalises the rows of
 * its input just before it reads them, gathers the statistics of what it writes while it is there,
 * and does the same backward.
 */
public sealed interface Bands {
  /** A step that works on whole minibatches and leaves nothing to others. */
  record None() implements Bands {}

  /**
   * A convolution that runs band by band. Whole minibatches pass between its two batch norms, which
   * need statistics of them.
   *
   * @param ahead the batch norm that computes its input, if this is the first step that reads it
   * @param behind the batch norm that alone reads its output
   */
  record Layer(Optional<PlannedStep> ahead, PlannedStep behind) implements Bands {}

  /**
   * A batch norm beside such convolutions.
   *
   * @param behindLayer whether the layer that computes its input gathers the input's statistics and
   *     computes the input's gradient
   * @param aheadOfLayer whether the first layer that reads its output computes it, and gathers the
   *     sums of the output's gradient
   */
  record Norm(boolean behindLayer, boolean aheadOfLayer) implements Bands {}

  /** Of a step that works on whole minibatches. */
  Bands NONE = new None();

  /** Of a batch norm that leaves nothing to others. */
  Norm ALONE = new Norm(false, false);
}
