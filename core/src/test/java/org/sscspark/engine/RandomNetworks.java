package org.sscspark.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Small random networks, parameters and images for the tests of engines. */
public final class RandomNetworks {
  /** What a random network is there to exercise. */
  public enum Kind {
    CONVOLUTION,
    FULLY_CONNECTED,
    BATCH_NORM,
    RELU,
    ADD,
    MAX_POOL,
    AVERAGE_POOL,
    GLOBAL_AVERAGE_POOL,
    /** Residual blocks with a projection, and an average pool. */
    RESIDUAL,
    /** Inverted residual blocks, whose addition no rectifier follows, one of them depthwise. */
    LINEAR_BOTTLENECK,
    /** Convolutions with bias, max pools and two fully connected layers. */
    PLAIN,
    /** Max pools of the images and of a convolution with bias, and batch norms behind them. */
    POOLED
  }

  private final RandomStream random;

  /** Of the constants of norms. */
  private final RandomStream constants;

  /** Equal seeds draw equal networks. */
  public RandomNetworks(long seed) {
    this.random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
    this.constants = RandomStream.of(seed, Purpose.PRUNING_NOISE);
  }

  /** Draws a network. Operators that are tested alone are followed by a fully connected layer. */
  public NetworkSpec network(Kind kind) {
    return switch (kind) {
      case CONVOLUTION -> convolution();
      case RESIDUAL -> residual();
      case LINEAR_BOTTLENECK -> linearBottlenecks();
      case PLAIN -> plain();
      case POOLED -> pooled();
      case ADD -> add();
      default -> alone(kind);
    };
  }

  private NetworkSpec alone(Kind kind) {
    FeatureShape input = new FeatureShape(between(1, 6), between(4, 8), between(4, 8));
    Op op =
        switch (kind) {
          case FULLY_CONNECTED ->
              new Op.FullyConnected(
                  "op", "input", support(new WeightShape(5, input.size(), 1, 1)), true);
          case BATCH_NORM -> norm("op", "input", input.channels());
          case RELU -> new Op.Relu("op", "input");
          case MAX_POOL -> {
            int size = between(1, 3);
            yield new Op.MaxPool("op", "input", size, between(1, 2), between(0, size / 2));
          }
          case AVERAGE_POOL -> new Op.AveragePool("op", "input", between(1, 3), between(1, 2));
          case GLOBAL_AVERAGE_POOL -> new Op.GlobalAveragePool("op", "input");
          default -> throw new IllegalArgumentException(kind + " is not one operator");
        };
    FeatureShape output = op.output(List.of(input));
    return new NetworkSpec(kind.name(), input, List.of(op, head("op", output)));
  }

  private NetworkSpec convolution() {
    int channels = 4 * between(1, 3);
    FeatureShape input = new FeatureShape(channels, between(4, 9), between(4, 9));
    WeightShape weights = new WeightShape(between(1, 9), channels, between(1, 5), between(1, 5));
    int smaller = Math.min(weights.kernelHeight(), weights.kernelWidth());
    int padding = between(weights.window() > 9 ? 1 : 0, Math.max(1, smaller / 2));
    if (weights.kernelHeight() > input.height() + 2 * padding
        || weights.kernelWidth() > input.width() + 2 * padding) {
      padding = 1; // a window of 5 on 4 rows or columns
    }
    Op op =
        new Op.Convolution(
            "op", "input", support(weights), between(1, 3), padding, random.nextInt(2) == 0);
    return new NetworkSpec(
        "CONVOLUTION", input, List.of(op, head("op", op.output(List.of(input)))));
  }

  private NetworkSpec add() {
    FeatureShape input = new FeatureShape(3, 5, 4);
    return new NetworkSpec(
        "ADD",
        input,
        List.of(
            new Op.Relu("relu", "input"),
            new Op.Add("twice", "relu", "relu"),
            new Op.Add("sum", "twice", "input"),
            head("sum", input)));
  }

  private NetworkSpec residual() {
    int width = 8;
    FeatureShape input = new FeatureShape(3, between(6, 9), between(6, 9));
    List<Op> ops = new ArrayList<>();
    ops.add(convolution("stem", "input", Support.dense(new WeightShape(width, 3, 3, 3)), 1, 1));
    ops.add(norm("stem.norm", "stem", width));
    ops.add(new Op.Relu("stem.relu", "stem.norm"));
    block(ops, "a", "stem.relu", width, width, 1);
    block(ops, "b", "a.out", width, 2 * width, 2);
    ops.add(new Op.GlobalAveragePool("pool", "b.out"));
    ops.add(
        new Op.FullyConnected(
            "head", "pool", Support.dense(new WeightShape(4, 2 * width, 1, 1)), true));
    return new NetworkSpec("RESIDUAL", input, ops);
  }

  /** Two blocks, so that the sum of the first is read by a convolution and by an addition. */
  private NetworkSpec linearBottlenecks() {
    int width = 4;
    FeatureShape input = new FeatureShape(3, between(5, 8), between(5, 8));
    List<Op> ops = new ArrayList<>();
    ops.add(convolution("stem", "input", Support.dense(new WeightShape(width, 3, 3, 3)), 1, 1));
    ops.add(norm("stem.norm", "stem", width));
    String at = "stem.norm";
    for (String name : List.of("a", "b")) {
      int wide = 2 * width;
      WeightShape window = new WeightShape(wide, wide, 3, 3);
      Support depthwise = new Support.Patterned(window, SscPattern.depthwise(wide, 1));
      ops.add(convolution(name + ".expand", at, support(new WeightShape(wide, width, 1, 1)), 1, 0));
      ops.add(norm(name + ".norm1", name + ".expand", wide));
      ops.add(new Op.Relu(name + ".relu1", name + ".norm1"));
      ops.add(convolution(name + ".depthwise", name + ".relu1", depthwise, 1, 1));
      ops.add(norm(name + ".norm2", name + ".depthwise", wide));
      ops.add(new Op.Relu(name + ".relu2", name + ".norm2"));
      ops.add(
          convolution(
              name + ".project",
              name + ".relu2",
              support(new WeightShape(width, wide, 1, 1)),
              1,
              0));
      ops.add(norm(name + ".norm3", name + ".project", width));
      ops.add(new Op.Add(name + ".add", at, name + ".norm3"));
      at = name + ".add";
    }
    ops.add(head(at, new FeatureShape(width, input.height(), input.width())));
    return new NetworkSpec("LINEAR_BOTTLENECK", input, ops);
  }

  private void block(
      List<Op> ops, String name, String input, int channels, int filters, int stride) {
    String skip = input;
    ops.add(
        convolution(
            name + ".conv1", input, support(new WeightShape(filters, channels, 3, 3)), stride, 1));
    ops.add(norm(name + ".norm1", name + ".conv1", filters));
    ops.add(new Op.Relu(name + ".relu1", name + ".norm1"));
    ops.add(
        convolution(
            name + ".conv2",
            name + ".relu1",
            support(new WeightShape(filters, filters, 3, 3)),
            1,
            1));
    ops.add(norm(name + ".norm2", name + ".conv2", filters));
    if (stride != 1 || channels != filters) {
      skip = name + ".skip.norm";
      ops.add(
          convolution(
              name + ".skip", input, support(new WeightShape(filters, channels, 1, 1)), stride, 0));
      ops.add(norm(skip, name + ".skip", filters));
    }
    ops.add(new Op.Add(name + ".add", name + ".norm2", skip));
    ops.add(new Op.Relu(name + ".out", name + ".add"));
  }

  private NetworkSpec plain() {
    FeatureShape input = new FeatureShape(4, between(7, 10), between(7, 10));
    List<Op> ops = new ArrayList<>();
    ops.add(new Op.Convolution("conv1", "input", support(new WeightShape(8, 4, 3, 3)), 1, 1, true));
    ops.add(new Op.Relu("relu1", "conv1"));
    ops.add(new Op.MaxPool("pool1", "relu1", 3, 2, 1));
    ops.add(new Op.Convolution("conv2", "pool1", support(new WeightShape(6, 8, 2, 3)), 1, 1, true));
    ops.add(new Op.AveragePool("pool2", "conv2", 2, 2));
    FeatureShape features = input;
    for (Op op : ops) {
      features = op.output(List.of(features));
    }
    ops.add(
        new Op.FullyConnected(
            "hidden", "pool2", support(new WeightShape(7, features.size(), 1, 1)), true));
    ops.add(new Op.Relu("relu2", "hidden"));
    ops.add(new Op.FullyConnected("head", "relu2", support(new WeightShape(3, 7, 1, 1)), false));
    return new NetworkSpec("PLAIN", input, ops);
  }

  private NetworkSpec pooled() {
    FeatureShape input = new FeatureShape(3, between(7, 10), between(7, 10));
    Support wide = support(new WeightShape(8, 3, 3, 3));
    List<Op> ops =
        List.of(
            new Op.MaxPool("pool1", "input", 3, 1, 1),
            norm("norm1", "pool1", 3),
            new Op.Relu("relu1", "norm1"),
            new Op.Convolution("conv1", "relu1", wide, 1, 1, true),
            new Op.MaxPool("pool2", "conv1", 2, 1, 0),
            new Op.Relu("relu2", "pool2"),
            norm("norm2", "relu2", 8),
            convolution("conv2", "norm2", support(new WeightShape(6, 8, 3, 3)), 1, 1),
            norm("norm3", "conv2", 6),
            new Op.Relu("relu3", "norm3"),
            new Op.GlobalAveragePool("mean", "relu3"),
            head("mean", new FeatureShape(6, 1, 1)));
    return new NetworkSpec("POOLED", input, ops);
  }

  /** Not always the literature's constants: what has others has to be told of them. */
  private Op norm(String name, String input, int channels) {
    float epsilon = constants.nextInt(2) == 0 ? 1e-5f : 0.1f;
    float momentum = constants.nextInt(2) == 0 ? 0.05f : 0.5f;
    return new Op.BatchNorm(name, input, channels, epsilon, momentum);
  }

  private static Op convolution(
      String name, String input, Support support, int stride, int padding) {
    return new Op.Convolution(name, input, support, stride, padding, false);
  }

  private static Op head(String input, FeatureShape shape) {
    return new Op.FullyConnected(
        "head", input, Support.dense(new WeightShape(3, shape.size(), 1, 1)), true);
  }

  /** Draws a support: dense, a pattern whose period divides the channels, or an explicit one. */
  public Support support(WeightShape shape) {
    return switch (random.nextInt(3)) {
      case 0 -> Support.dense(shape);
      case 1 -> patterned(shape);
      default -> explicit(shape);
    };
  }

  private Support patterned(WeightShape shape) {
    List<Integer> divisors = new ArrayList<>();
    for (int i = 1; i <= Math.min(8, shape.channels()); i++) {
      if (shape.channels() % i == 0) {
        divisors.add(i);
      }
    }
    int period = divisors.get(random.nextInt(divisors.size()));
    List<KernelType> slots = new ArrayList<>();
    for (int i = 0; i < period; i++) {
      slots.add(KernelType.values()[random.nextInt(KernelType.values().length)]);
    }
    slots.set(0, KernelType.ODD);
    int inBlock = shape.channels() % (2 * period) == 0 ? between(1, 2) : 1;
    return new Support.Patterned(
        shape,
        new SscPattern(slots, between(-1, 2), random.nextInt(period), inBlock, between(1, 3)));
  }

  private Support explicit(WeightShape shape) {
    BitSet kept = new BitSet();
    for (int i = 0; i < shape.size(); i++) {
      kept.set(i, random.nextInt(3) == 0);
    }
    return new Support.Explicit(shape, kept);
  }

  /** Draws a flat vector: weights of unit gain, variances around one, everything else small. */
  public float[] parameters(NetworkSpec network) {
    ParameterLayout layout = ParameterLayout.of(network);
    float[] parameters = new float[layout.size()];
    for (Segment segment : layout.segments()) {
      double deviation = 0.3;
      if (segment.role() == Role.WEIGHT) {
        int filters = layout.support(segment.op()).shape().filters();
        deviation = Math.sqrt(2.0 * filters / Math.max(1, segment.length()));
      }
      for (int i = segment.offset(); i < segment.end(); i++) {
        parameters[i] =
            switch (segment.role()) {
              case VARIANCE -> (float) (0.5 + random.nextDouble());
              case SCALE -> (float) (1 + deviation * random.nextGaussian());
              default -> (float) (deviation * random.nextGaussian());
            };
      }
    }
    return parameters;
  }

  /** Draws images [count, channels, height, width]. */
  public float[] images(NetworkSpec network, int count) {
    return gaussians(count * network.input().size());
  }

  /** Draws standard normal numbers. */
  public float[] gaussians(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Draws a number in [from, to]. */
  public int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }
}
