package org.sscspark.pruning;

import java.util.BitSet;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Moves each layer's kept weights to random places of the layer: a sanity check (Frankle et al.,
 * ICLR 2021) that keeps layer densities and nothing else of what a method found.
 */
public final class SupportShuffle {
  private SupportShuffle() {}

  /** Returns as many kept weights in each layer, at places drawn from the seed. */
  public static WeightMask shuffled(WeightMask kept, long seed) {
    BitSet moved = new BitSet();
    for (int layer = 0; layer < kept.layers(); layer++) {
      int[] order =
          RandomStream.of(seed, Purpose.PRUNING_SCORE, layer).permutation(kept.size(layer));
      for (int i = 0; i < kept.count(layer); i++) {
        moved.set(kept.offset(layer) + order[i]);
      }
    }
    return kept.with(moved);
  }
}
