package org.sscspark.network;

import java.util.BitSet;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Supports that keep a kernel whole or not at all. */
final class WholeKernels {
  private WholeKernels() {}

  /** Whether a filter reads a channel. */
  @FunctionalInterface
  interface Connection {
    boolean connects(int filter, int channel);
  }

  static Support of(WeightShape shape, Connection connection) {
    BitSet kept = new BitSet(shape.size());
    int window = shape.window();
    for (int filter = 0; filter < shape.filters(); filter++) {
      for (int channel = 0; channel < shape.channels(); channel++) {
        if (connection.connects(filter, channel)) {
          int first = (filter * shape.channels() + channel) * window;
          kept.set(first, first + window);
        }
      }
    }
    return new Support.Explicit(shape, kept);
  }
}
