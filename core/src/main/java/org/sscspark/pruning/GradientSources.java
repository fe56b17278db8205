package org.sscspark.pruning;

import java.util.OptionalInt;
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

  /**
   * How many classes the examples of the first draw are of, where there are any.
   *
   * @param data which examples
   */
  default OptionalInt classes(ScoringData data) {
    return OptionalInt.empty();
  }

  /** Gradients over a data set, computed by the thread that asks. */
  static GradientSources local(Dataset dataset) {
    return new GradientSources() {
      @Override
      public GradientSource of(ScoredFunction function, ScoringData data) {
        return new LocalGradients(function, draw -> data.set(dataset, draw));
      }

      @Override
      public OptionalInt classes(ScoringData data) {
        return OptionalInt.of(data.classes(dataset));
      }
    };
  }
}
