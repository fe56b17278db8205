package org.sscspark.pruning;

import org.sscspark.data.Dataset;

/** Where a training set's gradients are computed: on this machine, or on a cluster. */
@FunctionalInterface
public interface GradientSources {
  /** For methods that need no training images. */
  GradientSources NONE =
      (function, data) -> {
        throw new IllegalStateException("A method that needs no images asked for their gradients");
      };

  /** The gradients of a function over draws from the training set. */
  GradientSource of(ScoredFunction function, ScoringData data);

  /** Gradients over a data set, computed by the thread that asks. */
  static GradientSources local(Dataset dataset) {
    return (function, data) -> new LocalGradients(function, draw -> data.set(dataset, draw));
  }
}
