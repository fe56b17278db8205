package org.sscspark.pattern;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How many kernels of each type one period of an SSC layer holds; the rest of the period is ZERO.
 * SSC(g, n) of the definition is {@code ssc(g, n)}: one ODD, one EVEN and n POINT in 2g slots.
 * Other counts generalise it, so that every density from the floor to 1 has a pattern.
 */
public record KernelCounts(int period, int full, int odd, int even, int point) {
  public KernelCounts {
    if (full < 0 || odd < 0 || even < 0 || point < 0 || full + odd + even + point > period) {
      throw new IllegalArgumentException(
          "Kernels ("
              + full
              + " full, "
              + odd
              + " odd, "
              + even
              + " even, "
              + point
              + " point) must not be negative and fit the period "
              + period);
    }
  }

  /** The counts of SSC(g, n): period 2g, one ODD, one EVEN and n POINT. */
  public static KernelCounts ssc(int g, int n) {
    return new KernelCounts(2 * g, 0, 1, 1, n);
  }

  /** Kernels that are not ZERO. */
  public int nonZero() {
    return full + odd + even + point;
  }

  /** The weights of one period. */
  public int weights(int kernelHeight, int kernelWidth) {
    return full * kernelHeight * kernelWidth
        + odd * KernelType.ODD.weights(kernelHeight, kernelWidth)
        + even * KernelType.EVEN.weights(kernelHeight, kernelWidth)
        + point;
  }

  /**
   * The counts for so many weights in a period. As many ODD and EVEN pairs as fit and POINT for the
   * rest, so that one pair gives SSC(g, n); where the period has no room for the POINT kernels, one
   * more ODD; above half density, FULL. Fewer weights than a pair's: one ODD or EVEN and POINT, or
   * POINT alone. In a 1x1 window all are POINT.
   *
   * @param pointShare the share of the weights that POINT kernels get at least, where the period
   *     has room for so many; in [0, 1]
   * @return empty if no counts give exactly these weights
   */
  public static Optional<KernelCounts> of(
      int period, int weights, int kernelHeight, int kernelWidth, double pointShare) {
    int window = kernelHeight * kernelWidth;
    if (weights < 1 || weights > period * window) {
      return Optional.empty();
    }
    if (window == 1) {
      return Optional.of(new KernelCounts(period, 0, 0, 0, weights));
    }
    int odd = KernelType.ODD.weights(kernelHeight, kernelWidth);
    int even = KernelType.EVEN.weights(kernelHeight, kernelWidth);
    int spatial = (int) Math.floor(weights * (1 - pointShare) + 1e-9);
    if (weights < odd) {
      int evens = weights >= even && (spatial >= even || weights > period) ? 1 : 0;
      return fitting(period, 0, 0, evens, weights - evens * even);
    }
    for (int full = 0; full <= period && full * window <= weights; full++) {
      int left = weights - full * window;
      int most = Math.min(left / (odd + even), (period - full) / 2);
      for (int pairs = Math.min(most, spatial / (odd + even)); pairs <= most; pairs++) {
        int rest = left - pairs * (odd + even);
        Optional<KernelCounts> counts = fitting(period, full, pairs, pairs, rest);
        if (counts.isPresent() && (pairs > 0 || full > 0 || spatial < odd)) {
          return counts;
        }
        if (rest >= odd) {
          counts = fitting(period, full, pairs + 1, pairs, rest - odd);
          if (counts.isPresent()) {
            return counts;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<KernelCounts> fitting(
      int period, int full, int odd, int even, int point) {
    return full + odd + even + point <= period
        ? Optional.of(new KernelCounts(period, full, odd, even, point))
        : Optional.empty();
  }

  /**
   * The slots of one period. Spatial kernels lie evenly, the first at 0, FULL spread among
   * alternating ODD and EVEN; so ODD is at 0 and EVEN at g in SSC(g, n). POINT kernels fill the
   * widest gaps evenly, after one at the given distance from slot 0.
   *
   * @param distance where the first POINT kernel goes; 0 leaves it to the filling
   */
  public List<KernelType> slots(int distance) {
    List<KernelType> slots = new ArrayList<>(Collections.nCopies(period, KernelType.ZERO));
    List<KernelType> spatial = spatial();
    for (int i = 0; i < spatial.size(); i++) {
      slots.set((int) ((long) i * period / spatial.size()), spatial.get(i));
    }
    int left = point;
    if (spatial.isEmpty() && left > 0) {
      slots.set(0, KernelType.POINT);
      left--;
    }
    if (left > 0 && distance > 0 && slots.get(distance % period) == KernelType.ZERO) {
      slots.set(distance % period, KernelType.POINT);
      left--;
    }
    fillGaps(slots, left);
    return List.copyOf(slots);
  }

  /**
   * The slots of one period with its kernels at 0, place, 2 place, ... around it: a sum of cyclic
   * shifts, as a layer of a mixed radix system has them. A kernel whose slot is taken goes to the
   * next free one. Spatial kernels lie evenly among the others, in the order of {@link #slots}.
   *
   * @param place the distance of two kernels, at least 1
   */
  public List<KernelType> shifts(int place) {
    List<KernelType> kernels = new ArrayList<>(Collections.nCopies(nonZero(), KernelType.POINT));
    List<KernelType> spatial = spatial();
    for (int i = 0; i < spatial.size(); i++) {
      kernels.set(i * kernels.size() / spatial.size(), spatial.get(i));
    }
    List<KernelType> slots = new ArrayList<>(Collections.nCopies(period, KernelType.ZERO));
    for (int i = 0; i < kernels.size(); i++) {
      int slot = (int) ((long) i * place % period);
      while (slots.get(slot) != KernelType.ZERO) {
        slot = (slot + 1) % period;
      }
      slots.set(slot, kernels.get(i));
    }
    return List.copyOf(slots);
  }

  /** FULL spread among alternating ODD and EVEN. */
  private List<KernelType> spatial() {
    int count = full + odd + even;
    List<KernelType> spatial = new ArrayList<>();
    KernelType parity = odd >= even ? KernelType.ODD : KernelType.EVEN;
    for (int i = 0; i < count; i++) {
      if ((i + 1) * full / count > i * full / count) {
        spatial.add(KernelType.FULL);
      } else {
        spatial.add(parity);
        parity = parity == KernelType.ODD ? KernelType.EVEN : KernelType.ODD;
      }
    }
    return spatial;
  }

  private static void fillGaps(List<KernelType> slots, int points) {
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i) != KernelType.ZERO) {
        taken.add(i);
      }
    }
    int[] length = new int[taken.size()];
    int[] parts = new int[taken.size()];
    for (int i = 0; i < length.length; i++) {
      int next = i + 1 < length.length ? taken.get(i + 1) : slots.size() + taken.get(0);
      length[i] = next - taken.get(i);
      parts[i] = 1;
    }
    for (int point = 0; point < points; point++) {
      int widest = 0;
      for (int i = 1; i < length.length; i++) {
        if ((long) length[i] * parts[widest] > (long) length[widest] * parts[i]) {
          widest = i;
        }
      }
      parts[widest]++;
    }
    for (int i = 0; i < length.length; i++) {
      for (int part = 1; part < parts[i]; part++) {
        slots.set((taken.get(i) + part * length[i] / parts[i]) % slots.size(), KernelType.POINT);
      }
    }
  }
}
