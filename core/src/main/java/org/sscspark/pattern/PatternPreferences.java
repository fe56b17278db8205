package org.sscspark.pattern;

import java.util.Optional;

/**
 * Which pattern is taken where several keep as many weights.
 *
 * @param shortestPeriod the shortest period where weights allow. Shorter ones mean wide classes,
 *     which are fast; longer ones mean fine steps and more kernels in a period
 * @param pointShare the share of a 3x3 layer's weights that POINT kernels get at least, where the
 *     period has room; in [0, 1]. At 0 they get what ODD and EVEN leave over
 * @param offsets whether phases, and distances between kernels, change from layer to layer
 * @param distances how kernels of a period lie, if they change from layer to layer
 * @param parity whether ODD and EVEN change places from layer to layer
 * @param inBlock the most channels in a row that share a slot; a layer takes as many as divide the
 *     channels that a slot has in it
 * @param outBlock filters in a row that share a support; empty: the widest that still reads every
 *     channel
 */
public record PatternPreferences(
    int shortestPeriod,
    double pointShare,
    boolean offsets,
    KernelDistances distances,
    KernelParity parity,
    int inBlock,
    Optional<Integer> outBlock) {
  /** What suits most networks. */
  public static final PatternPreferences DEFAULT =
      new PatternPreferences(
          8,
          0,
          /* offsets= */ true,
          KernelDistances.DOUBLING,
          KernelParity.SAME,
          1,
          Optional.empty());

  /** These, with another parity. */
  public PatternPreferences withParity(KernelParity other) {
    return new PatternPreferences(
        shortestPeriod, pointShare, offsets, distances, other, inBlock, outBlock);
  }

  /** These, with other blocks of channels. */
  public PatternPreferences withInBlock(int other) {
    return new PatternPreferences(
        shortestPeriod, pointShare, offsets, distances, parity, other, outBlock);
  }

  /** These, with other blocks of filters. */
  PatternPreferences withOutBlock(int other) {
    return new PatternPreferences(
        shortestPeriod, pointShare, offsets, distances, parity, inBlock, Optional.of(other));
  }
}
