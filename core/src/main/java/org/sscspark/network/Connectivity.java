package org.sscspark.network;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * Which kept weights lie on a path from the input to the logits; the others are dead. This is where
 * an all-ones image through all-ones weights without biases and normalisation would have non-zero
 * gradient (Vysogorets and Kempe, JMLR 2023), followed channel by channel; a tap that only ever
 * sees padding is dead too.
 */
public final class Connectivity {
  /**
   * What is dead in a layer.
   *
   * @param effective kept weights on a path
   * @param deadFilters filters on no path
   * @param unreadChannels input channels that no kept weight reads
   */
  public record Layer(int effective, int deadFilters, int unreadChannels) {}

  private final Map<String, Layer> layers;

  private Connectivity(Map<String, Layer> layers) {
    this.layers = layers;
  }

  /** Follows a network forward and back. */
  public static Connectivity of(NetworkSpec network) {
    return new Pass(network).connectivity();
  }

  /** What is dead in this layer with weights. */
  public Layer layer(String op) {
    return layers.get(op);
  }

  private static final class Pass {
    private final NetworkSpec network;
    private final Map<String, FeatureShape> shapes;
    private final Map<String, SupportLayout> supports = new LinkedHashMap<>();
    private final Map<String, BitSet> tapsInside = new HashMap<>();
    private final Map<String, BitSet> fed = new HashMap<>();
    private final Map<String, BitSet> used = new HashMap<>();

    Pass(NetworkSpec network) {
      this.network = network;
      this.shapes = network.shapes();
      for (Op.Weighted op : network.weighted()) {
        supports.put(op.name(), SupportLayout.of(op.support()));
        tapsInside.put(op.name(), tapsInside(op));
      }
      BitSet image = new BitSet();
      image.set(0, network.input().channels());
      fed.put(NetworkSpec.INPUT, image);
      for (Op op : network.ops()) {
        feed(op);
      }
      List<Op> ops = network.ops();
      BitSet logits = new BitSet();
      logits.set(0, network.classes());
      used.put(ops.get(ops.size() - 1).name(), logits);
      for (int i = ops.size() - 1; i >= 0; i--) {
        use(ops.get(i));
      }
    }

    private void feed(Op op) {
      BitSet channels = new BitSet();
      if (op instanceof Op.Weighted) {
        BitSet inputs = fed.get(op.inputs().get(0));
        for (FilterClass filterClass : supports.get(op.name()).classes()) {
          if (liveTaps(op, filterClass, inputs) > 0) {
            for (int filter : filterClass.filters()) {
              channels.set(filter);
            }
          }
        }
      } else {
        op.inputs().forEach(input -> channels.or(fed.get(input)));
      }
      fed.put(op.name(), channels);
    }

    private void use(Op op) {
      BitSet outputs = used.getOrDefault(op.name(), new BitSet());
      BitSet channels = outputs;
      if (op instanceof Op.Weighted) {
        channels = new BitSet();
        for (FilterClass filterClass : supports.get(op.name()).classes()) {
          if (count(filterClass, outputs) > 0) {
            for (int tap : filterClass.taps()) {
              if (tapsInside.get(op.name()).get(tap % window(op))) {
                channels.set(tap / tapsOfChannel(op));
              }
            }
          }
        }
      }
      for (String input : op.inputs()) {
        used.computeIfAbsent(input, name -> new BitSet()).or(channels);
      }
    }

    private int liveTaps(Op op, FilterClass filterClass, BitSet inputs) {
      int live = 0;
      for (int tap : filterClass.taps()) {
        if (inputs.get(tap / tapsOfChannel(op))
            && tapsInside.get(op.name()).get(tap % window(op))) {
          live++;
        }
      }
      return live;
    }

    private static int count(FilterClass filterClass, BitSet among) {
      int count = 0;
      for (int filter : filterClass.filters()) {
        if (among.get(filter)) {
          count++;
        }
      }
      return count;
    }

    private int window(Op op) {
      return supports.get(op.name()).shape().window();
    }

    /** Taps in a row of a filter that belong to one channel of the input. */
    private int tapsOfChannel(Op op) {
      return supports.get(op.name()).shape().filterSize()
          / shapes.get(op.inputs().get(0)).channels();
    }

    /** The cells of the window that see a pixel of the image at some place. */
    private BitSet tapsInside(Op.Weighted op) {
      WeightShape shape = op.support().shape();
      BitSet inside = new BitSet();
      FeatureShape in = shapes.get(op.inputs().get(0));
      for (int row = 0; row < shape.kernelHeight(); row++) {
        for (int column = 0; column < shape.kernelWidth(); column++) {
          inside.set(row * shape.kernelWidth() + column, op.seesInput(row, column, in));
        }
      }
      return inside;
    }

    Connectivity connectivity() {
      Map<String, Layer> layers = new LinkedHashMap<>();
      for (Op.Weighted op : network.weighted()) {
        BitSet inputs = fed.get(op.inputs().get(0));
        BitSet outputs = used.getOrDefault(op.name(), new BitSet());
        int effective = 0;
        BitSet read = new BitSet();
        for (FilterClass filterClass : supports.get(op.name()).classes()) {
          effective += liveTaps(op, filterClass, inputs) * count(filterClass, outputs);
          for (int tap : filterClass.taps()) {
            read.set(tap / tapsOfChannel(op));
          }
        }
        BitSet live = (BitSet) fed.get(op.name()).clone();
        live.and(outputs);
        layers.put(
            op.name(),
            new Layer(
                effective,
                op.support().shape().filters() - live.cardinality(),
                shapes.get(op.inputs().get(0)).channels() - read.cardinality()));
      }
      return new Connectivity(layers);
    }
  }
}
