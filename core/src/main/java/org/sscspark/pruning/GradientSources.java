package org.sscspark.pruning;

import org.sscspark.data.Dataset;

/** Where a training set's gradients are computed: on this machine, or on a cluster. */
@FunctionalInterface
public interface GradientSources {
  /** For methods that need no training images. */
  GradientSources NONE =
      (loss, data) -> {
        throw new IllegalStateException("A method that needs no images asked for their gradients");
      };

  /** The gradients of a loss over draws from the training set. */
  GradientSource of(LossGradient loss, ScoringData data);

  /** Gradients over a data set, computed by the thread that asks. */
  static GradientSources local(Dataset dataset) {
    return (loss, data) -> new LocalGradients(loss, draw -> data.set(dataset, draw));
  }
}
