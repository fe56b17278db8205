package org.sscspark.pruning.method;

import java.util.Arrays;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.RandomStream;

/**
 * The weights of a layer as walks choose among them. Weights are named by their index in the flat
 * vector. Nothing but sizes is held for each: a choice goes through a filter, or through a channel.
 */
final class WalkedLayer {
  private final SupportLayout layout;
  private final int offset;
  private final int filterSize;

  /** Taps of a filter that belong to one channel of the input: the window, or all its pixels. */
  private final int tapsOfChannel;

  private final double[] sizes;

  /** Where each filter's weights begin in packed order, and how many it has. */
  private final int[] starts;

  private final int[] lengths;
  private final double[] channelTotals;

  /**
   * Measures the weights of a layer.
   *
   * @param in what it reads
   * @param parameters where the weights are in the flat vector
   * @param initial the flat vector
   */
  WalkedLayer(Op.Weighted op, FeatureShape in, ParameterLayout parameters, float[] initial) {
    WeightShape shape = op.support().shape();
    this.layout = parameters.support(op.name());
    this.offset = parameters.segment(op.name(), Role.WEIGHT).offset();
    this.filterSize = shape.filterSize();
    this.tapsOfChannel = filterSize / in.channels();
    this.sizes = new double[layout.kept()];
    this.channelTotals = new double[in.channels()];
    for (int i = 0; i < sizes.length; i++) {
      int cell = layout.denseIndex(i) % shape.window();
      if (op.seesInput(cell / shape.kernelWidth(), cell % shape.kernelWidth(), in)) {
        sizes[i] = Math.abs(initial[offset + i]);
        channelTotals[channel(offset + i)] += sizes[i];
      }
    }
    this.starts = new int[shape.filters()];
    this.lengths = new int[shape.filters()];
    for (FilterClass filterClass : layout.classes()) {
      int length = filterClass.taps().length;
      int start = filterClass.packedOffset();
      for (int filter : filterClass.filters()) {
        starts[filter] = start;
        lengths[filter] = length;
        start += length;
      }
    }
  }

  /** The output channel of a weight. */
  int filter(int weight) {
    return layout.denseIndex(weight - offset) / filterSize;
  }

  /** The input channel of a weight. */
  int channel(int weight) {
    return layout.denseIndex(weight - offset) % filterSize / tapsOfChannel;
  }

  /** A weight of a filter, with probability proportional to its size; negative if it has none. */
  int ofFilter(int filter, RandomStream random) {
    int end = starts[filter] + lengths[filter];
    double total = 0;
    for (int i = starts[filter]; i < end; i++) {
      total += sizes[i];
    }
    Choice choice = new Choice(total * random.nextDouble());
    choice.within(starts[filter], end);
    return choice.weight();
  }

  /**
   * A weight that reads a channel, with probability proportional to its size; negative if there is
   * none.
   */
  int readingChannel(int channel, RandomStream random) {
    Choice choice = new Choice(channelTotals[channel] * random.nextDouble());
    for (FilterClass filterClass : layout.classes()) {
      int[] taps = filterClass.taps();
      int from = firstTap(taps, channel * tapsOfChannel);
      int to = firstTap(taps, (channel + 1) * tapsOfChannel);
      for (int filter : filterClass.filters()) {
        if (choice.within(starts[filter] + from, starts[filter] + to)) {
          return choice.weight();
        }
      }
    }
    return choice.weight();
  }

  private static int firstTap(int[] taps, int least) {
    int at = Arrays.binarySearch(taps, least);
    return at < 0 ? -at - 1 : at;
  }

  /** Goes through weights until it has passed sizes of a given sum. */
  private final class Choice {
    private double left;
    private int last = -1;

    Choice(double left) {
      this.left = left;
    }

    /** Goes through these weights; whether one of them was chosen. */
    boolean within(int from, int to) {
      for (int i = from; i < to; i++) {
        if (sizes[i] > 0) {
          last = i;
          left -= sizes[i];
          if (left < 0) {
            return true;
          }
        }
      }
      return false;
    }

    /** What was chosen: the last one passed if rounding left a rest; negative if there was none. */
    int weight() {
      return last < 0 ? -1 : offset + last;
    }
  }
}
