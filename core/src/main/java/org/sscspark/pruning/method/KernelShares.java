package org.sscspark.pruning.method;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.sscspark.random.RandomStream;

/**
 * How many weights each kernel (filter, channel) of a layer gets. Weights are given one by one to
 * where NPB's objective gains most:
 *
 * <pre>alpha x (filters and channels with weights, over all)
 *   + (1 - alpha) x (sum of weights x paths into their channel, over the best possible)
 *   + beta x (kernels with weights, over all)</pre>
 *
 * The second part is linear, the others gain less the more there is, so what is best next was never
 * better before. Of equals the kernel whose filter and channel have the fewest weights comes first.
 */
final class KernelShares {
  /** The authors' choice for ResNet-20. */
  private static final double ALPHA = 0.01;

  private static final double BETA = 1;

  /** The gain of what there is no room for. */
  private static final double NOTHING = -1;

  private final int filters;
  private final int channels;

  /** [filters, channels]: the weights that a kernel can have. */
  private final int[] room;

  private final int[] given;
  private final int[] ofFilter;
  private final int[] ofChannel;

  /**
   * Starts with nothing.
   *
   * @param room [filters, channels]: the weights that a kernel can have
   */
  KernelShares(int filters, int channels, int[] room) {
    this.filters = filters;
    this.channels = channels;
    this.room = room;
    this.given = new int[room.length];
    this.ofFilter = new int[filters];
    this.ofChannel = new int[channels];
  }

  int given(int filter, int channel) {
    return given[filter * channels + channel];
  }

  /** Takes all weights of a kernel away. */
  int clear(int filter, int channel) {
    int taken = given(filter, channel);
    add(filter, channel, -taken);
    return taken;
  }

  private void add(int filter, int channel, int weights) {
    given[filter * channels + channel] += weights;
    ofFilter[filter] += weights;
    ofChannel[channel] += weights;
  }

  /** Paths into a filter, for paths into the channels. */
  double paths(int filter, double[] into) {
    double sum = 0;
    for (int channel = 0; channel < channels; channel++) {
      sum += given(filter, channel) * into[channel];
    }
    return sum;
  }

  /**
   * Gives weights to kernels between open filters and open channels.
   *
   * @param weights how many
   * @param into paths into each channel; those with none get nothing
   * @return how many found no room
   */
  int give(
      int weights, double[] into, BitSet openFilters, BitSet openChannels, RandomStream random) {
    State state = new State(into, openFilters, openChannels, weights + total());
    for (int left = weights; left > 0; left--) {
      int filterStart = random.nextInt(filters);
      if (!state.giveOne(filterStart, random.nextInt(channels))) {
        return left;
      }
    }
    return 0;
  }

  private int total() {
    return Arrays.stream(given).sum();
  }

  /** What each channel can still get. */
  private final class State {
    private final BitSet openFilters;
    private final BitSet openChannels;

    /** What a weight that reads a channel adds to the share of paths. */
    private final double[] ofPaths;

    private final double ofKernel;
    private final double ofNode = ALPHA / (filters + channels);
    private final int[] emptyKernels = new int[channels];
    private final int[] roomInOthers = new int[channels];
    private final int[] emptyFilters = new int[channels];

    State(double[] into, BitSet openFilters, BitSet openChannels, int budget) {
      this.openFilters = openFilters;
      this.openChannels = (BitSet) openChannels.clone();
      this.ofPaths = new double[channels];
      double best = best(into, budget);
      for (int channel = 0; channel < channels; channel++) {
        ofPaths[channel] = (1 - ALPHA) * into[channel] / best;
        this.openChannels.set(channel, openChannels.get(channel) && into[channel] > 0);
      }
      this.ofKernel = BETA / Arrays.stream(room).filter(weights -> weights > 0).count();
      for (int filter = 0; filter < filters; filter++) {
        for (int channel = 0; channel < channels; channel++) {
          count(filter, channel);
        }
      }
    }

    private void count(int filter, int channel) {
      int at = filter * channels + channel;
      if (openFilters.get(filter) && room[at] > 0) {
        emptyKernels[channel] += given[at] == 0 ? 1 : 0;
        roomInOthers[channel] += given[at] > 0 ? room[at] - given[at] : 0;
        emptyFilters[channel] += ofFilter[filter] == 0 ? 1 : 0;
      }
    }

    /** The most paths that so many weights can have. */
    private double best(double[] into, int budget) {
      Integer[] order =
          IntStream.range(0, channels)
              .boxed()
              .sorted(Comparator.comparingDouble(channel -> -into[channel]))
              .toArray(Integer[]::new);
      double sum = 0;
      int left = budget;
      for (int channel : order) {
        for (int filter = 0; filter < filters && left > 0; filter++) {
          int most = Math.min(left, room[filter * channels + channel]);
          sum += most * into[channel];
          left -= most;
        }
      }
      return sum > 0 ? sum : 1;
    }

    private double gainOfKernel(int channel) {
      return emptyKernels[channel] == 0
          ? NOTHING
          : ofPaths[channel]
              + ofKernel
              + (ofChannel[channel] == 0 ? ofNode : 0)
              + (emptyFilters[channel] > 0 ? ofNode : 0);
    }

    private double gainOfMore(int channel) {
      return roomInOthers[channel] == 0 ? NOTHING : ofPaths[channel];
    }

    /** Gives the next weight; whether there was room. Equals are looked at from these places on. */
    boolean giveOne(int filterStart, int channelStart) {
      int chosen = -1;
      double most = NOTHING;
      for (int i = 0; i < channels; i++) {
        int channel = (channelStart + i) % channels;
        if (openChannels.get(channel)) {
          double gain = Math.max(gainOfKernel(channel), gainOfMore(channel));
          if (gain > most
              || (gain == most && chosen >= 0 && ofChannel[channel] < ofChannel[chosen])) {
            chosen = channel;
            most = gain;
          }
        }
      }
      if (chosen < 0) {
        return false;
      }
      boolean newKernel = gainOfKernel(chosen) >= gainOfMore(chosen);
      give(emptiestFilter(chosen, newKernel, filterStart), chosen);
      return true;
    }

    private int emptiestFilter(int channel, boolean newKernel, int start) {
      int emptiest = -1;
      for (int i = 0; i < filters; i++) {
        int filter = (start + i) % filters;
        int at = filter * channels + channel;
        if (openFilters.get(filter)
            && given[at] < room[at]
            && given[at] == 0 == newKernel
            && (emptiest < 0 || ofFilter[filter] < ofFilter[emptiest])) {
          emptiest = filter;
        }
      }
      return emptiest;
    }

    private void give(int filter, int channel) {
      int at = filter * channels + channel;
      if (given[at] == 0) {
        emptyKernels[channel]--;
        roomInOthers[channel] += room[at] - 1;
      } else {
        roomInOthers[channel]--;
      }
      if (ofFilter[filter] == 0) {
        for (int other = 0; other < channels; other++) {
          emptyFilters[other] -= room[filter * channels + other] > 0 ? 1 : 0;
        }
      }
      add(filter, channel, 1);
    }
  }
}
