package org.sscspark.network;

import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** What operators require of their inputs and of their supports. */
final class OpChecks {
  private OpChecks() {}

  /**
   * Checks what an operator reads.
   *
   * @throws IllegalArgumentException if it has other channels
   */
  static void requireChannels(String name, int channels, FeatureShape in) {
    if (in.channels() != channels) {
      throw new IllegalArgumentException(
          "%s expects %s channels, got %s".formatted(name, channels, in));
    }
  }

  /**
   * Checks the support of a convolution.
   *
   * @throws IllegalArgumentException if its shape does not fall into groups, or if a filter reads a
   *     channel of another group
   */
  static void requireWithinGroups(String name, Support support, int groups) {
    WeightShape shape = support.shape();
    if (groups < 1 || shape.channels() % groups != 0 || shape.filters() % groups != 0) {
      throw new IllegalArgumentException(
          "Convolution %s: %s groups must divide the weights %s".formatted(name, groups, shape));
    }
    if (groups == 1) {
      return;
    }
    int filtersOfGroup = shape.filters() / groups;
    int channelsOfGroup = shape.channels() / groups;
    for (int filter = 0; filter < shape.filters(); filter++) {
      for (int channel = 0; channel < shape.channels(); channel++) {
        if (filter / filtersOfGroup != channel / channelsOfGroup
            && support.connects(filter, channel)) {
          throw new IllegalArgumentException(
              "Convolution %s: filter %s must not read channel %s of another group"
                  .formatted(name, filter, channel));
        }
      }
    }
  }

  /**
   * Checks a support that takes another's place.
   *
   * @throws IllegalArgumentException if its shape is another
   */
  static void requireSameShape(String name, Support support, Support replacement) {
    if (!support.shape().equals(replacement.shape())) {
      throw new IllegalArgumentException(
          "Support of %s must have shape %s, was %s"
              .formatted(name, support.shape(), replacement.shape()));
    }
  }
}
