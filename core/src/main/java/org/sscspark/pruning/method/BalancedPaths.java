package org.sscspark.pruning.method;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ScaledCounts;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.RandomStream;

/**
 * NPB's choice for a whole network: layer by layer from the image on, each with the paths that the
 * layers before it left, and at last once more for weights that turned out to lie on no path.
 */
final class BalancedPaths {
  private final NetworkSpec network;
  private final ParameterLayout parameters;
  private final Map<String, FeatureShape> shapes;
  private final RandomStream random;
  private final List<Layer> layers = new ArrayList<>();
  private final Map<String, ScaledCounts> into = new HashMap<>();

  /**
   * Chooses.
   *
   * @param counts how many weights each layer keeps
   */
  BalancedPaths(NetworkSpec network, int[] counts, RandomStream random) {
    this.network = network;
    this.parameters = ParameterLayout.of(network);
    this.shapes = network.shapes();
    this.random = random;
    choose(counts);
    moveToPaths();
  }

  /** One layer's shares and what they are shares of. */
  private static final class Layer {
    private final Op.Weighted op;
    private final FeatureShape in;
    private final SupportLayout layout;
    private final KernelShares shares;

    Layer(Op.Weighted op, FeatureShape in, SupportLayout layout) {
      this.op = op;
      this.in = in;
      this.layout = layout;
      int[] room = new int[filters() * channels()];
      for (int i = 0; i < layout.kept(); i++) {
        room[kernel(i)] += seesInput(i) ? 1 : 0;
      }
      this.shares = new KernelShares(filters(), channels(), room);
    }

    int filters() {
      return layout.shape().filters();
    }

    int channels() {
      return in.channels();
    }

    /** The kernel of a packed weight, [filters, channels]. */
    int kernel(int weight) {
      return layout.denseIndex(weight) / (layout.shape().filterSize() / in.channels());
    }

    boolean seesInput(int weight) {
      WeightShape shape = layout.shape();
      int cell = layout.denseIndex(weight) % shape.window();
      return op.seesInput(cell / shape.kernelWidth(), cell % shape.kernelWidth(), in);
    }
  }

  private void choose(int[] counts) {
    into.put(NetworkSpec.INPUT, ScaledCounts.ones(network.input().channels()));
    for (Op op : network.ops()) {
      ScaledCounts paths = into.get(op.inputs().get(0));
      if (op instanceof Op.Weighted weighted) {
        Layer layer =
            new Layer(weighted, shapes.get(op.inputs().get(0)), parameters.support(op.name()));
        layer.shares.give(
            counts[layers.size()],
            paths.counts(),
            all(layer.filters()),
            all(layer.channels()),
            random);
        layers.add(layer);
        paths = through(layer, paths);
      } else {
        for (String other : op.inputs().subList(1, op.inputs().size())) {
          paths = paths.plus(into.get(other));
        }
      }
      into.put(op.name(), paths);
    }
  }

  private static BitSet all(int size) {
    BitSet all = new BitSet();
    all.set(0, size);
    return all;
  }

  private static ScaledCounts through(Layer layer, ScaledCounts into) {
    double[] paths = new double[layer.filters()];
    for (int filter = 0; filter < paths.length; filter++) {
      paths[filter] = layer.shares.paths(filter, into.counts());
    }
    return ScaledCounts.of(paths, into.exponent());
  }

  /** Weights that no path to a logit needs move between channels that are on one. */
  private void moveToPaths() {
    Map<String, BitSet> used = used();
    for (Layer layer : layers) {
      String input = layer.op.inputs().get(0);
      double[] paths = into.get(input).counts();
      BitSet filters = used.getOrDefault(layer.op.name(), new BitSet());
      BitSet channels = used.getOrDefault(input, new BitSet());
      int moved = 0;
      for (int filter = 0; filter < layer.filters(); filter++) {
        for (int channel = 0; channel < layer.channels(); channel++) {
          if (!filters.get(filter) || paths[channel] == 0) {
            moved += layer.shares.clear(filter, channel);
          }
        }
      }
      layer.shares.give(moved, paths, filters, channels, random);
    }
  }

  /** The channels of each value that a logit depends on. */
  private Map<String, BitSet> used() {
    Map<String, BitSet> used = new HashMap<>();
    List<Op> ops = network.ops();
    used.put(ops.get(ops.size() - 1).name(), all(network.classes()));
    int next = layers.size();
    for (int i = ops.size() - 1; i >= 0; i--) {
      Op op = ops.get(i);
      BitSet channels = used.getOrDefault(op.name(), new BitSet());
      if (op instanceof Op.Weighted) {
        next--;
        channels = read(layers.get(next), channels);
      }
      for (String input : op.inputs()) {
        used.computeIfAbsent(input, name -> new BitSet()).or(channels);
      }
    }
    return used;
  }

  private static BitSet read(Layer layer, BitSet filters) {
    BitSet read = new BitSet();
    for (int channel = 0; channel < layer.channels(); channel++) {
      for (int filter = 0; filter < layer.filters() && !read.get(channel); filter++) {
        read.set(channel, filters.get(filter) && layer.shares.given(filter, channel) > 0);
      }
    }
    return read;
  }

  /**
   * Chooses within kernels the largest weights.
   *
   * @param initial the flat vector
   * @param weights how many of its first are prunable
   * @return 1 for each that was chosen, else 0
   */
  double[] largest(float[] initial, int weights) {
    double[] chosen = new double[weights];
    for (Layer layer : layers) {
      int offset = parameters.segment(layer.op.name(), Role.WEIGHT).offset();
      int end;
      for (int start = 0; start < layer.layout.kept(); start = end) {
        // The weights of a kernel follow each other.
        int kernel = layer.kernel(start);
        for (end = start; end < layer.layout.kept() && layer.kernel(end) == kernel; ) {
          end++;
        }
        IntStream.range(start, end)
            .filter(layer::seesInput)
            .mapToObj(weight -> offset + weight)
            .sorted(Comparator.comparingDouble(weight -> -Math.abs(initial[weight])))
            .limit(layer.shares.given(kernel / layer.channels(), kernel % layer.channels()))
            .forEach(weight -> chosen[weight] = 1);
      }
    }
    return chosen;
  }
}
