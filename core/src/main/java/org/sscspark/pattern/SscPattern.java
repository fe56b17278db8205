package org.sscspark.pattern;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A periodic assignment of kernel types to (filter, channel) pairs:
 *
 * <pre>type(f, c) = slots[(floor(c / inBlock) + shift * floor(f / outBlock) + phase) mod P]</pre>
 *
 * Standard, pointwise, groupwise, depthwise and HetConv layers are exact special cases; see
 * docs/ssc.md.
 *
 * @param slots the kernel types of one period; P is their number
 * @param shift how far the period moves from one block of filters to the next; may be negative
 * @param phase where the first filter starts in the period, in [0, P)
 * @param inBlock neighbouring channels that share a slot
 * @param outBlock neighbouring filters that share a support
 */
public record SscPattern(List<KernelType> slots, int shift, int phase, int inBlock, int outBlock)
    implements Serializable {
  public SscPattern {
    slots = List.copyOf(slots);
    if (slots.isEmpty()) {
      throw new IllegalArgumentException("A pattern needs at least one slot");
    }
    if (phase < 0 || phase >= slots.size()) {
      throw new IllegalArgumentException(
          "Phase " + phase + " must be in [0, " + slots.size() + "), the period");
    }
    if (inBlock < 1 || outBlock < 1) {
      throw new IllegalArgumentException(
          "Blocks must be positive, were inBlock " + inBlock + " and outBlock " + outBlock);
    }
  }

  /** A standard convolution: every weight exists. */
  public static SscPattern standard() {
    return new SscPattern(List.of(KernelType.FULL), 0, 0, 1, 1);
  }

  /** Centre cells only: a pointwise convolution inside the window. */
  public static SscPattern pointwise() {
    return new SscPattern(List.of(KernelType.POINT), 0, 0, 1, 1);
  }

  /**
   * A groupwise convolution of contiguous groups.
   *
   * @throws IllegalArgumentException if channels or filters do not fall into as many groups
   */
  public static SscPattern groupwise(int groups, int channels, int filters) {
    return groupwise(KernelType.FULL, groups, channels, filters);
  }

  /**
   * A groupwise convolution of contiguous groups whose kernels are all of one type.
   *
   * @throws IllegalArgumentException if channels or filters do not fall into as many groups
   */
  public static SscPattern groupwise(KernelType type, int groups, int channels, int filters) {
    requireDivides("groups", groups, "channels", channels);
    requireDivides("groups", groups, "filters", filters);
    return new SscPattern(oneIn(type, groups), -1, 0, channels / groups, filters / groups);
  }

  /**
   * A groupwise convolution of interleaved groups, as after a channel shuffle.
   *
   * @throws IllegalArgumentException if there are no groups
   */
  public static SscPattern shuffledGroupwise(int groups) {
    requirePositive("groups", groups);
    return new SscPattern(oneIn(KernelType.FULL, groups), -1, 0, 1, 1);
  }

  /**
   * A depthwise convolution.
   *
   * @param multiplier the filters of each channel
   * @throws IllegalArgumentException if either is not positive
   */
  public static SscPattern depthwise(int channels, int multiplier) {
    requirePositive("channels", channels);
    requirePositive("filters of a channel", multiplier);
    return new SscPattern(oneIn(KernelType.FULL, channels), -1, 0, 1, multiplier);
  }

  /**
   * HetConv (Singh et al., CVPR 2019): one full kernel in P, the others pointwise.
   *
   * @param part P
   * @throws IllegalArgumentException if it is not positive
   */
  public static SscPattern hetConv(int part) {
    requirePositive("kernels of a part", part);
    List<KernelType> slots = new ArrayList<>(Collections.nCopies(part, KernelType.POINT));
    slots.set(0, KernelType.FULL);
    return new SscPattern(slots, 1, 0, 1, 1);
  }

  /** The period P. */
  public int period() {
    return slots.size();
  }

  /** The kernel type of a (filter, channel) pair, both from 0. */
  public KernelType type(int filter, int channel) {
    return slots.get((channel / inBlock + startOf(filter)) % slots.size());
  }

  /**
   * A number that filters of equal supports share: where in the period the filter starts, in [0,
   * P).
   */
  public int startOf(int filter) {
    return Math.floorMod(shift * (filter / outBlock) + phase, slots.size());
  }

  /** How many slots of a period hold this type. */
  public int count(KernelType type) {
    return Collections.frequency(slots, type);
  }

  private static List<KernelType> oneIn(KernelType type, int period) {
    List<KernelType> slots = new ArrayList<>(Collections.nCopies(period, KernelType.ZERO));
    slots.set(0, type);
    return slots;
  }

  private static void requirePositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "The number of " + what + " must be positive, was " + number);
    }
  }

  private static void requireDivides(String what, int divisor, String of, int number) {
    if (divisor < 1 || number % divisor != 0) {
      throw new IllegalArgumentException(
          "The number of " + what + ", " + divisor + ", must divide the " + of + ", " + number);
    }
  }
}
