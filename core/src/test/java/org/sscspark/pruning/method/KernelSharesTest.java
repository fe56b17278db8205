package org.sscspark.pruning.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class KernelSharesTest {
  private static final int FILTERS = 2;
  private static final int CHANNELS = 3;
  private static final int MOST = 2;

  /** All ways to give as many weights are tried. */
  @Property(tries = 300)
  void theObjectiveIsNearlyTheBestThatThereIs(@ForAll @IntRange(min = 0, max = 100_000) int seed) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
    int[] room = new int[FILTERS * CHANNELS];
    Arrays.setAll(room, i -> random.nextInt(MOST + 1));
    double[] into = new double[CHANNELS];
    Arrays.setAll(into, i -> 0.1 + random.nextInt(5));
    int all = Arrays.stream(room).sum();
    if (all == 0) {
      return;
    }
    int weights = 1 + random.nextInt(all);

    KernelShares shares = new KernelShares(FILTERS, CHANNELS, room);
    int left = shares.give(weights, into, full(FILTERS), full(CHANNELS), random);

    assertThat(left).isZero();
    int[] given = new int[room.length];
    Arrays.setAll(given, i -> shares.given(i / CHANNELS, i % CHANNELS));
    assertThat(Arrays.stream(given).sum()).isEqualTo(weights);
    for (int i = 0; i < given.length; i++) {
      assertThat(given[i]).isBetween(0, room[i]);
    }
    double best = 0;
    double mostPaths = 0;
    for (int code = 0; code < Math.pow(MOST + 1, room.length); code++) {
      int[] other = new int[room.length];
      for (int i = 0, rest = code; i < other.length; i++, rest /= MOST + 1) {
        other[i] = rest % (MOST + 1);
      }
      if (fits(other, room) && Arrays.stream(other).sum() == weights) {
        mostPaths = Math.max(mostPaths, paths(other, into));
      }
    }
    for (int code = 0; code < Math.pow(MOST + 1, room.length); code++) {
      int[] other = new int[room.length];
      for (int i = 0, rest = code; i < other.length; i++, rest /= MOST + 1) {
        other[i] = rest % (MOST + 1);
      }
      if (fits(other, room) && Arrays.stream(other).sum() == weights) {
        best = Math.max(best, objective(other, room, into, mostPaths));
      }
    }
    assertThat(objective(given, room, into, mostPaths)).isBetween(0.98 * best, best + 1e-12);
  }

  @Property(tries = 50)
  void channelsWithoutPathsAndClosedOnesGetNothing(
      @ForAll @IntRange(min = 0, max = 100_000) int seed) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
    int[] room = new int[FILTERS * CHANNELS];
    Arrays.fill(room, MOST);
    KernelShares shares = new KernelShares(FILTERS, CHANNELS, room);
    BitSet open = new BitSet();
    open.set(1, 3);
    assertThat(shares.give(6, new double[] {1, 0, 1}, full(FILTERS), open, random)).isEqualTo(2);
    assertThat(shares.given(0, 2) + shares.given(1, 2)).isEqualTo(4);
    assertThat(shares.clear(0, 2)).isEqualTo(2);
    assertThat(shares.given(0, 2)).isZero();
  }

  private static boolean fits(int[] given, int[] room) {
    for (int i = 0; i < given.length; i++) {
      if (given[i] > room[i]) {
        return false;
      }
    }
    return true;
  }

  private static double paths(int[] given, double[] into) {
    double sum = 0;
    for (int i = 0; i < given.length; i++) {
      sum += given[i] * into[i % CHANNELS];
    }
    return sum;
  }

  private static double objective(int[] given, int[] room, double[] into, double mostPaths) {
    BitSet nodes = new BitSet();
    double kernels = 0;
    for (int i = 0; i < given.length; i++) {
      if (given[i] > 0) {
        nodes.set(i / CHANNELS);
        nodes.set(FILTERS + i % CHANNELS);
        kernels++;
      }
    }
    double all = Arrays.stream(room).filter(weights -> weights > 0).count();
    return 0.01 * nodes.cardinality() / (FILTERS + CHANNELS)
        + 0.99 * paths(given, into) / mostPaths
        + kernels / all;
  }

  private static BitSet full(int size) {
    BitSet full = new BitSet();
    full.set(0, size);
    return full;
  }
}
