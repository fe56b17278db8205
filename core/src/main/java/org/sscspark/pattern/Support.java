package org.sscspark.pattern;

import java.io.Serializable;
import java.util.BitSet;
import java.util.function.Function;

/**
 * Which weights of a filter bank exist. A support is small and compared by value; {@link
 * SupportLayout} derives from it the order in which kept weights are stored.
 */
public sealed interface Support extends Serializable permits Support.Patterned, Support.Explicit {
  /** The shape of the filter bank. */
  WeightShape shape();

  /**
   * Whether the weight at this position of the dense [F, C, kH, kW] array exists. Positions outside
   * of {@link #shape} are not checked: what is answered for them means nothing.
   */
  boolean keeps(int filter, int channel, int row, int column);

  /** Whether a filter reads a channel at all; as unchecked as {@link #keeps}. */
  boolean connects(int filter, int channel);

  /** Returns what is made of this kind of support: there are two. */
  <R> R accept(Function<Patterned, R> patterned, Function<Explicit, R> explicit);

  /** Every weight exists. */
  static Support dense(WeightShape shape) {
    return new Patterned(shape, SscPattern.standard());
  }

  /**
   * A support given by a pattern. The period must tile the channels, so that all channels are read
   * equally often.
   */
  record Patterned(WeightShape shape, SscPattern pattern) implements Support {
    public Patterned {
      if (shape.channels() % (pattern.period() * pattern.inBlock()) != 0) {
        throw new IllegalArgumentException(
            "The pattern's period "
                + pattern.period()
                + " x inBlock "
                + pattern.inBlock()
                + " must divide the "
                + shape.channels()
                + " channels");
      }
    }

    @Override
    public <R> R accept(Function<Patterned, R> patterned, Function<Explicit, R> explicit) {
      return patterned.apply(this);
    }

    @Override
    public boolean keeps(int filter, int channel, int row, int column) {
      return pattern
          .type(filter, channel)
          .keeps(row, column, shape.kernelHeight(), shape.kernelWidth());
    }

    @Override
    public boolean connects(int filter, int channel) {
      KernelType type = pattern.type(filter, channel);
      return type != KernelType.ZERO && (type != KernelType.EVEN || shape.window() > 1);
    }
  }

  /**
   * An unstructured support. Bit i stands for position i of the dense [F, C, kH, kW] array. The bit
   * set is copied in and out.
   */
  record Explicit(WeightShape shape, BitSet kept) implements Support {
    public Explicit {
      kept = (BitSet) kept.clone();
      if (kept.length() > shape.size()) {
        throw new IllegalArgumentException(
            "Support has bit "
                + (kept.length() - 1)
                + " set, but "
                + shape
                + " has "
                + shape.size()
                + " weights");
      }
    }

    @Override
    public BitSet kept() {
      return (BitSet) kept.clone();
    }

    @Override
    public <R> R accept(Function<Patterned, R> patterned, Function<Explicit, R> explicit) {
      return explicit.apply(this);
    }

    @Override
    public boolean keeps(int filter, int channel, int row, int column) {
      return kept.get(
          (filter * shape.channels() + channel) * shape.window()
              + row * shape.kernelWidth()
              + column);
    }

    @Override
    public boolean connects(int filter, int channel) {
      int first = (filter * shape.channels() + channel) * shape.window();
      // Not nextSetBit, which would look on through all that follow.
      for (int at = first; at < first + shape.window(); at++) {
        if (kept.get(at)) {
          return true;
        }
      }
      return false;
    }
  }
}
