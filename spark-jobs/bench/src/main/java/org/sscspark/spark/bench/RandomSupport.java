package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.DensityAllocator.Limits;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Unstructured supports as a pruning method leaves them: without any order. */
final class RandomSupport {
  private RandomSupport() {}

  /**
   * Keeps so many weights, any set of them equally likely.
   *
   * @param layer names the draw
   */
  static Support of(WeightShape shape, int kept, int layer) {
    int[] order = RandomStream.of(0, Purpose.PRUNING_SCORE, layer).permutation(shape.size());
    BitSet bits = new BitSet(shape.size());
    for (int i = 0; i < kept; i++) {
      bits.set(order[i]);
    }
    return new Support.Explicit(shape, bits);
  }

  /**
   * The network with this density in all; like the SSC networks, it keeps its first and its last
   * layer whole. Layers with groups stay whole too.
   *
   * @throws org.sscspark.config.BadInputException if the density cannot be met
   */
  static NetworkSpec network(NetworkSpec dense, DensityProfile profile, double density) {
    List<Op.Weighted> weighted = dense.weighted();
    List<PrunableLayer> layers = dense.layers();
    List<Limits> limits = new ArrayList<>(Collections.nCopies(layers.size(), Limits.NONE));
    for (int i = 0; i < layers.size(); i++) {
      if (i == 0 || i == layers.size() - 1 || layers.get(i).groups() > 1) {
        limits.set(i, Limits.DENSE);
      }
    }
    double[] densities = DensityAllocator.densities(profile, layers, limits, density);
    Map<String, Support> supports = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      if (densities[i] < 1) {
        int all = SupportLayout.of(weighted.get(i).support()).kept();
        int kept = Math.max(1, (int) Math.floor(all * densities[i]));
        supports.put(layers.get(i).name(), of(layers.get(i).shape(), kept, i));
      }
    }
    return dense.withSupports(supports);
  }
}
