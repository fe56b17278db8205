package org.sscspark.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a layer's kernels go: its pattern, given the kernels of a period and the layer's place
 * among the sparse layers. Distances between kernels and the phase change from layer to layer, so
 * that channels mix; see docs/ssc.md.
 */
public final class SscPlacement {
  private static final int WIDEST_BLOCK = 8;

  /** Widening classes beyond this reads channels unevenly and makes nothing faster. */
  private static final int WIDEST_UNEVEN_BLOCK = 4;

  private SscPlacement() {}

  /**
   * The pattern of a layer.
   *
   * @param counts the kernels of a period; of period 1 in a layer with groups
   * @param index the place of the layer among the sparse layers, from 0
   * @return empty if no such pattern reads every channel
   */
  public static Optional<SscPattern> pattern(
      PrunableLayer layer, KernelCounts counts, int index, PatternPreferences preferences) {
    WeightShape shape = layer.shape();
    if (layer.groups() > 1) {
      return Optional.of(
          SscPattern.groupwise(
              counts.slots(0).get(0), layer.groups(), shape.channels(), shape.filters()));
    }
    if (counts.weights(shape.kernelHeight(), shape.kernelWidth())
        == counts.period() * shape.window()) {
      return Optional.of(SscPattern.standard());
    }
    int period = counts.period();
    int phase = preferences.offsets() ? phase(index, period) : 0;
    List<Integer> blocks =
        preferences.outBlock().map(List::of).orElseGet(() -> blocks(shape.filters(), period));
    List<KernelType> spread = counts.slots(0);
    List<Choice> choices = new ArrayList<>();
    List<KernelType> shifted = spread;
    if (preferences.offsets()) {
      switch (preferences.distances()) {
        case DOUBLING -> shifted = counts.slots(distance(index, period));
        case MIXED_RADIX -> {
          List<KernelType> shifts = counts.shifts(place(index, counts.nonZero(), period));
          // These leave wide gaps, so they are worth narrower classes than spread ones are.
          blocks.forEach(block -> choices.add(new Choice(shifts, block)));
        }
      }
    }
    for (int block : blocks) {
      choices.add(new Choice(shifted, block));
      choices.add(new Choice(spread, block));
    }
    int inBlock = inBlock(shape.channels() / period, preferences.inBlock());
    return choices.stream()
        .filter(choice -> readsAll(choice.slots(), shape.filters(), choice.outBlock()))
        .findFirst()
        .map(
            choice ->
                new SscPattern(
                    swaps(counts, index, preferences) ? swapped(choice.slots()) : choice.slots(),
                    1,
                    phase,
                    inBlock,
                    choice.outBlock()));
  }

  /** Slots, and filters in a row that share a support. */
  private record Choice(List<KernelType> slots, int outBlock) {}

  /** The most channels in a row, up to {@code most}, that divide the channels of a slot. */
  private static int inBlock(int channelsOfASlot, int most) {
    int block = Math.min(most, channelsOfASlot);
    while (channelsOfASlot % block != 0) {
      block--;
    }
    return block;
  }

  /**
   * Whether ODD and EVEN change places in this layer; with unequal numbers it would cost weights.
   */
  private static boolean swaps(KernelCounts counts, int index, PatternPreferences preferences) {
    return switch (preferences.parity()) {
      case SAME -> false;
      case ALTERNATING -> index % 2 == 1 && counts.odd() == counts.even();
    };
  }

  private static List<KernelType> swapped(List<KernelType> slots) {
    return slots.stream()
        .map(
            type ->
                switch (type) {
                  case ODD -> KernelType.EVEN;
                  case EVEN -> KernelType.ODD;
                  case FULL, POINT, ZERO -> type;
                })
        .toList();
  }

  private static List<Integer> blocks(int filters, int period) {
    List<Integer> blocks = new ArrayList<>();
    for (int block = WIDEST_BLOCK; block >= 1; block /= 2) {
      boolean even = (long) block * period <= filters;
      if (filters % block == 0 && (even || block <= WIDEST_UNEVEN_BLOCK)) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /** Distances 1, 2, 4, ... up to a quarter of the period, one a layer, again and again. */
  static int distance(int index, int period) {
    int exponents = Math.max(1, log2(period / 2));
    return 1 << (index % exponents);
  }

  /** Places 1, r, r^2, ... below the period, one a layer, again and again. */
  static int place(int index, int radix, int period) {
    List<Integer> places = new ArrayList<>(List.of(1));
    for (long place = radix; radix > 1 && place < period; place *= radix) {
      places.add((int) place);
    }
    return places.get(index % places.size());
  }

  /** Phases whose differences are 1, 1, 2, 2, 4, 4, ...: two layers to a residual block. */
  static int phase(int index, int period) {
    int exponents = Math.max(1, log2(period));
    long phase = 0;
    for (int i = 0; i < index; i++) {
      phase += 1L << (i / 2 % exponents);
    }
    return (int) (phase % period);
  }

  private static int log2(int number) {
    return number < 1 ? 0 : 31 - Integer.numberOfLeadingZeros(number);
  }

  /** Whether filters in blocks, each one slot further, read every channel of the period. */
  private static boolean readsAll(List<KernelType> slots, int filters, int block) {
    int blocks = (filters + block - 1) / block;
    int gap = 0;
    for (int i = 0; i < 2 * slots.size(); i++) {
      gap = slots.get(i % slots.size()) == KernelType.ZERO ? gap + 1 : 0;
      if (gap >= blocks) {
        return false;
      }
    }
    return true;
  }
}
