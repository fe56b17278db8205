package org.sscspark.engine.lane;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Sums of taps: output channel c at position i is, over the taps of c's group, the sum of weight
 * times {@code in[from[i] + offset]}. Forward and backward-data convolutions are such sums. Output
 * channels are computed in register blocks; each output sums its taps in one order whatever the
 * block, so the choice of blocks changes no bit.
 */
final class Correlation {
  /** Positions of one tile, at most: what all channels read of it should stay in the L2 cache. */
  private static final int TILE_BYTES = 192 * 1024;

  /** Positions in the input and the output, block of examples by block of examples. */
  final int[] from;

  final int[] to;
  final int positionsPerBlock;
  final int tile;

  /** Filters, first tap, number of taps, first weight of each register block. */
  final int[] filters;

  final int[] firstTap;
  final int[] taps;
  final int[] firstWeight;

  /** Where each block's output channels start in {@link #channelOffsets}. */
  final int[] firstChannel;

  /** Offsets of output channels from a position in channel 0. */
  final int[] channelOffsets;

  final int[] tapOffsets;

  /** By block: the initial value of each filter, then by tap the weight of each filter. */
  final float[] weights;

  /** Where each of {@link #weights} is in the flat parameter vector; -1 for zero. */
  private final int[] sources;

  /**
   * Plans the sums.
   *
   * @param channelOffset where an output channel starts, from channel 0
   * @param firstParameter where the packed weights start in the flat parameter vector
   * @param firstBias where the biases, by output channel, start there; -1 for none
   */
  Correlation(
      List<TapGroup> groups,
      int inputChannels,
      LaneLayout out,
      IntUnaryOperator channelOffset,
      int[] from,
      int[] to,
      int firstParameter,
      int firstBias,
      int[] filterBlocks) {
    this.from = from;
    this.to = to;
    this.positionsPerBlock = from.length / out.blocks();
    this.tile = Math.max(16, TILE_BYTES / (4 * out.lanes() * inputChannels) / 8 * 8);
    int blocks = 0;
    int channels = 0;
    int offsets = 0;
    int values = 0;
    for (TapGroup group : groups) {
      for (int done = 0; done < group.channels().length; blocks++) {
        done += block(filterBlocks, group.channels().length - done);
      }
      channels += group.channels().length;
      offsets += group.offsets().length;
      values += group.weights().length + group.channels().length;
    }
    filters = new int[blocks];
    firstTap = new int[blocks];
    taps = new int[blocks];
    firstWeight = new int[blocks];
    firstChannel = new int[blocks];
    channelOffsets = new int[channels];
    tapOffsets = new int[offsets];
    weights = new float[values];
    sources = new int[values];
    Arrays.fill(sources, -1);
    int block = 0;
    int channel = 0;
    int tap = 0;
    int next = 0;
    for (TapGroup group : groups) {
      int tapsOfGroup = group.offsets().length;
      System.arraycopy(group.offsets(), 0, tapOffsets, tap, tapsOfGroup);
      for (int done = 0; done < group.channels().length; block++) {
        int width = block(filterBlocks, group.channels().length - done);
        filters[block] = width;
        firstTap[block] = tap;
        taps[block] = tapsOfGroup;
        firstWeight[block] = next;
        firstChannel[block] = channel;
        for (int f = 0; f < width; f++) {
          int c = group.channels()[done + f];
          channelOffsets[channel++] = channelOffset.applyAsInt(c);
          sources[next++] = firstBias < 0 ? -1 : firstBias + c;
        }
        for (int t = 0; t < tapsOfGroup; t++) {
          for (int f = 0; f < width; f++) {
            sources[next++] = firstParameter + group.weights()[(done + f) * tapsOfGroup + t];
          }
        }
        done += width;
      }
      tap += tapsOfGroup;
    }
  }

  private static int block(int[] filterBlocks, int left) {
    for (int width : filterBlocks) {
      if (width <= left) {
        return width;
      }
    }
    throw new IllegalArgumentException(
        "Blocks must end in 1, were " + Arrays.toString(filterBlocks));
  }

  /** Takes the weights from the flat parameter vector; one thread's part of it. */
  void pack(float[] parameters, int part, int parts) {
    int last = Team.end(weights.length, part, parts);
    for (int i = Team.start(weights.length, part, parts); i < last; i++) {
      weights[i] = sources[i] < 0 ? 0 : parameters[sources[i]];
    }
  }
}
