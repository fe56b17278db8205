package org.sscspark.pruning;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;

/**
 * Which prunable weights of an unpruned network are kept, all layers in one index space: that of
 * the weights in the network's flat vector. Immutable.
 */
public final class WeightMask {
  private final List<Op.Weighted> layers;
  private final List<SupportLayout> layouts;
  private final int[] offsets;
  private final BitSet bits;

  private WeightMask(
      List<Op.Weighted> layers, List<SupportLayout> layouts, int[] offsets, BitSet bits) {
    this.layers = layers;
    this.layouts = layouts;
    this.offsets = offsets;
    this.bits = bits;
  }

  /** Everything is kept. */
  public static WeightMask all(NetworkSpec network) {
    List<Op.Weighted> layers = network.weighted();
    ParameterLayout parameters = ParameterLayout.of(network);
    List<SupportLayout> layouts =
        layers.stream().map(layer -> parameters.support(layer.name())).toList();
    int[] offsets = new int[layers.size() + 1];
    for (int layer = 0; layer < offsets.length - 1; layer++) {
      offsets[layer + 1] = offsets[layer] + layouts.get(layer).kept();
    }
    BitSet bits = new BitSet();
    bits.set(0, parameters.weightCount());
    return new WeightMask(layers, layouts, offsets, bits);
  }

  /**
   * What a network keeps of the dense one.
   *
   * @param pruned the dense network with other supports
   */
  public static WeightMask of(NetworkSpec dense, NetworkSpec pruned) {
    WeightMask all = all(dense);
    ParameterLayout parameters = ParameterLayout.of(pruned);
    BitSet bits = new BitSet();
    for (int layer = 0; layer < all.layers(); layer++) {
      BitSet kept = parameters.support(all.layer(layer).name()).positions();
      for (int i = 0; i < all.size(layer); i++) {
        bits.set(all.offset(layer) + i, kept.get(all.layouts.get(layer).denseIndex(i)));
      }
    }
    return all.with(bits);
  }

  /** The same network with other weights kept; the bit set is copied. */
  public WeightMask with(BitSet replacement) {
    return new WeightMask(layers, layouts, offsets, (BitSet) replacement.clone());
  }

  /** A copy of which weights are kept. */
  public BitSet bits() {
    return (BitSet) bits.clone();
  }

  /** The prunable weights. */
  public int size() {
    return offsets[offsets.length - 1];
  }

  /** The number of kept weights. */
  public int count() {
    return bits.cardinality();
  }

  public boolean keeps(int index) {
    return bits.get(index);
  }

  /** The number of layers. */
  public int layers() {
    return layers.size();
  }

  public Op.Weighted layer(int layer) {
    return layers.get(layer);
  }

  /** The index of a layer's first weight; that of the layer after the last is {@link #size}. */
  public int offset(int layer) {
    return offsets[layer];
  }

  /** The kept weights of a layer. */
  public int count(int layer) {
    return bits.get(offsets[layer], offsets[layer + 1]).cardinality();
  }

  /** The prunable weights of a layer. */
  public int size(int layer) {
    return offsets[layer + 1] - offsets[layer];
  }

  /** The filters of a layer of which nothing is left. */
  public int deadFilters(int layer) {
    SupportLayout layout = layouts.get(layer);
    BitSet alive = new BitSet();
    for (int i = 0; i < size(layer); i++) {
      if (bits.get(offsets[layer] + i)) {
        alive.set(layout.denseIndex(i) / layout.shape().filterSize());
      }
    }
    return layout.shape().filters() - alive.cardinality();
  }

  /**
   * Returns the weights with zeros where pruned.
   *
   * @param weights as in the flat vector, which may go on after them
   */
  public double[] masked(float[] weights) {
    double[] masked = new double[size()];
    for (int i = bits.nextSetBit(0); i >= 0; i = bits.nextSetBit(i + 1)) {
      masked[i] = weights[i];
    }
    return masked;
  }

  /** Writes zeros where pruned. */
  public void clearPruned(double[] values) {
    for (int i = bits.nextClearBit(0); i < values.length; i = bits.nextClearBit(i + 1)) {
      values[i] = 0;
    }
  }

  /** The support of each layer, by operator name. */
  public Map<String, Support> supports() {
    Map<String, Support> supports = new LinkedHashMap<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      SupportLayout layout = layouts.get(layer);
      BitSet dense = new BitSet(layout.shape().size());
      for (int i = 0; i < size(layer); i++) {
        dense.set(layout.denseIndex(i), bits.get(offsets[layer] + i));
      }
      supports.put(layers.get(layer).name(), new Support.Explicit(layout.shape(), dense));
    }
    return supports;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightMask kept && layers.equals(kept.layers) && bits.equals(kept.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }
}
