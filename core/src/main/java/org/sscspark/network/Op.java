package org.sscspark.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/**
 * One operator of a network. An operator has a name, unique in its network, and reads the outputs
 * of earlier operators by their names; {@link NetworkSpec#INPUT} is the network's input.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Op.Convolution.class, name = "convolution"),
  @JsonSubTypes.Type(value = Op.FullyConnected.class, name = "fully-connected"),
  @JsonSubTypes.Type(value = Op.BatchNorm.class, name = "batch-norm"),
  @JsonSubTypes.Type(value = Op.Relu.class, name = "relu"),
  @JsonSubTypes.Type(value = Op.Add.class, name = "add"),
  @JsonSubTypes.Type(value = Op.MaxPool.class, name = "max-pool"),
  @JsonSubTypes.Type(value = Op.AveragePool.class, name = "average-pool"),
  @JsonSubTypes.Type(value = Op.GlobalAveragePool.class, name = "global-average-pool")
})
public sealed interface Op extends Serializable {
  /** The operator's unique name. */
  String name();

  /** The names of what it reads. */
  List<String> inputs();

  /**
   * The shape of its output for inputs of these shapes.
   *
   * @throws IllegalArgumentException if it cannot read such inputs
   */
  FeatureShape output(List<FeatureShape> inputs);

  /** Parameters besides prunable weights, in the order of the flat vector; statistics come last. */
  default List<Parameters> parameters() {
    return List.of();
  }

  /** Calls the visitor's method for this kind of operator. */
  <R, C> R accept(Visitor<R, C> visitor, C context);

  /**
   * What is done for each kind of operator. Whoever adds an operator adds a method here, and every
   * place that must know of it does not compile until it does.
   *
   * @param <R> what is returned
   * @param <C> what is known besides the operator
   */
  interface Visitor<R, C> {
    R convolution(Convolution op, C context);

    R fullyConnected(FullyConnected op, C context);

    R batchNorm(BatchNorm op, C context);

    R relu(Relu op, C context);

    R add(Add op, C context);

    R maxPool(MaxPool op, C context);

    R averagePool(AveragePool op, C context);

    R globalAveragePool(GlobalAveragePool op, C context);
  }

  /**
   * A visitor to whom channel-wise operators are alike, but for those that it says more of: whoever
   * adds one adds a line here.
   *
   * @param <R> what is returned
   * @param <C> what is known besides the operator
   */
  interface ChannelwiseVisitor<R, C> extends Visitor<R, C> {
    R channelwise(Channelwise op, C context);

    @Override
    default R relu(Relu op, C context) {
      return channelwise(op, context);
    }

    @Override
    default R maxPool(MaxPool op, C context) {
      return channelwise(op, context);
    }

    @Override
    default R averagePool(AveragePool op, C context) {
      return channelwise(op, context);
    }

    @Override
    default R globalAveragePool(GlobalAveragePool op, C context) {
      return channelwise(op, context);
    }
  }

  /** So many parameters of one role. */
  record Parameters(ParameterLayout.Role role, int count) {}

  /** An operator that reads one value. */
  sealed interface OfOneInput extends Op {
    /** The name of what it reads. */
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }

  /** An operator with prunable weights. */
  sealed interface Weighted extends OfOneInput permits Convolution, FullyConnected {
    /** Which weights exist. */
    Support support();

    /** Whether there is a bias for each filter. */
    boolean bias();

    /**
     * The operator as allocators see it, as if its output had one place; {@link NetworkSpec#layers}
     * knows how many there are.
     */
    PrunableLayer layer();

    /** The kind of layer, in words such as {@code conv 3x3/2}. */
    String kind();

    /**
     * Whether a cell of the window sees a pixel of the input at some place of the output.
     *
     * @param in the shape of the input
     */
    boolean seesInput(int row, int column, FeatureShape in);

    @Override
    default List<Parameters> parameters() {
      return bias()
          ? List.of(new Parameters(ParameterLayout.Role.BIAS, support().shape().filters()))
          : List.of();
    }

    /** How many weights the operator has before anything is dropped: the base of its density. */
    default int prunable() {
      return layer().weights();
    }

    /** The same operator with another support of the same shape. */
    Weighted withSupport(Support support);
  }

  /**
   * A two-dimensional convolution (cross-correlation, as in every deep-learning library) with
   * symmetric zero padding, of [channels, height, width] to [filters, out height, out width]. The
   * length of each side of the output is {@code (length + 2 * padding - kernel) / stride + 1},
   * rounded down.
   *
   * @param name unique in the network
   * @param input the name of what it reads
   * @param support which of the weights [filters, channels, kernel height, kernel width] exist
   * @param stride from one window to the next, in both directions; positive
   * @param padding zeros on each of the four sides; not negative
   * @param bias whether there is one for each filter
   * @param groups contiguous groups, as part of the architecture: weights between groups never
   *     exist and do not count as prunable; the channels for depthwise, 1 for most
   */
  record Convolution(
      String name, String input, Support support, int stride, int padding, boolean bias, int groups)
      implements Weighted {
    public Convolution {
      OpChecks.requireWithinGroups(name, support, groups);
      WindowGeometry.requireOfConvolution(name, stride, padding);
    }

    /** A convolution without groups. */
    public Convolution(
        String name, String input, Support support, int stride, int padding, boolean bias) {
      this(name, input, support, stride, padding, bias, 1);
    }

    @Override
    public PrunableLayer layer() {
      return new PrunableLayer(name, support.shape(), groups, PrunableLayer.Kind.CONVOLUTION, 1);
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      FeatureShape in = inputs.get(0);
      WeightShape weights = support.shape();
      OpChecks.requireChannels(name, weights.channels(), in);
      return new FeatureShape(
          weights.filters(),
          WindowGeometry.outputLength(name, in.height(), weights.kernelHeight(), stride, padding),
          WindowGeometry.outputLength(name, in.width(), weights.kernelWidth(), stride, padding));
    }

    @Override
    public Convolution withSupport(Support replacement) {
      OpChecks.requireSameShape(name, support, replacement);
      return new Convolution(name, input, replacement, stride, padding, bias, groups);
    }

    @Override
    public String kind() {
      WeightShape weights = support.shape();
      return "conv "
          + weights.kernelHeight()
          + "x"
          + weights.kernelWidth()
          + (stride > 1 ? "/" + stride : "");
    }

    @Override
    public boolean seesInput(int row, int column, FeatureShape in) {
      FeatureShape out = output(List.of(in));
      return WindowGeometry.seesPixel(row, stride, padding, in.height(), out.height())
          && WindowGeometry.seesPixel(column, stride, padding, in.width(), out.width());
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.convolution(this, context);
    }
  }

  /**
   * A fully connected layer over the flattened [channels, height, width] features.
   *
   * @param name unique in the network
   * @param input the name of what it reads
   * @param support which of the weights [outputs, channels x height x width, 1, 1] exist
   * @param bias whether there is one for each output
   */
  record FullyConnected(String name, String input, Support support, boolean bias)
      implements Weighted {
    public FullyConnected {
      if (support.shape().window() != 1) {
        throw new IllegalArgumentException(
            "Fully connected layer %s needs weights [out, in, 1, 1]".formatted(name));
      }
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      FeatureShape in = inputs.get(0);
      if (in.size() != support.shape().channels()) {
        throw new IllegalArgumentException(
            "%s expects %s inputs, got %s".formatted(name, support.shape().channels(), in));
      }
      return new FeatureShape(support.shape().filters(), 1, 1);
    }

    @Override
    public PrunableLayer layer() {
      return new PrunableLayer(name, support.shape(), 1, PrunableLayer.Kind.FULLY_CONNECTED, 1);
    }

    @Override
    public FullyConnected withSupport(Support replacement) {
      OpChecks.requireSameShape(name, support, replacement);
      return new FullyConnected(name, input, replacement, bias);
    }

    @Override
    public String kind() {
      return "fully connected";
    }

    @Override
    public boolean seesInput(int row, int column, FeatureShape in) {
      return true;
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.fullyConnected(this, context);
    }
  }

  /**
   * Batch normalisation (Ioffe and Szegedy, 2015) per channel, with scale and shift. In training
   * the running statistics move by {@code running += momentum * (batch - running)}, with the
   * unbiased batch variance.
   *
   * @param name unique in the network
   * @param input the name of what it reads
   * @param channels of the input
   * @param epsilon what is added to variances; positive
   * @param momentum from 0, where the statistics stay, to 1
   */
  record BatchNorm(String name, String input, int channels, float epsilon, float momentum)
      implements OfOneInput {
    public BatchNorm {
      if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY && momentum >= 0 && momentum <= 1)) {
        throw new IllegalArgumentException(
            "Batch norm %s: epsilon %s must be positive and finite, and momentum %s from 0 to 1"
                .formatted(name, epsilon, momentum));
      }
    }

    /** Epsilon and momentum as in the literature's recipes. */
    public BatchNorm(String name, String input, int channels) {
      this(name, input, channels, 1e-5f, 0.1f);
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      OpChecks.requireChannels(name, channels, inputs.get(0));
      return inputs.get(0);
    }

    @Override
    public List<Parameters> parameters() {
      return List.of(
          new Parameters(ParameterLayout.Role.SCALE, channels),
          new Parameters(ParameterLayout.Role.SHIFT, channels),
          new Parameters(ParameterLayout.Role.MEAN, channels),
          new Parameters(ParameterLayout.Role.VARIANCE, channels));
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.batchNorm(this, context);
    }
  }

  /** What has no parameters and computes each channel from the same channel of its input. */
  sealed interface Channelwise extends OfOneInput {}

  /** What makes one value of several, channel by channel. */
  sealed interface Pool extends Channelwise {}

  /** The larger of the input and zero. */
  record Relu(String name, String input) implements Channelwise {
    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      return inputs.get(0);
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.relu(this, context);
    }
  }

  /** The sum of two inputs of one shape. */
  record Add(String name, String left, String right) implements Op {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      if (!inputs.get(0).equals(inputs.get(1))) {
        throw new IllegalArgumentException(
            "%s cannot add %s and %s".formatted(name, inputs.get(0), inputs.get(1)));
      }
      return inputs.get(0);
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.add(this, context);
    }
  }

  /**
   * The largest value of each size x size window; padding never wins. The length of each side of
   * the output is {@code (length + 2 * padding - size) / stride + 1}, rounded down: what is left
   * beyond the last window is not read.
   *
   * @param name unique in the network
   * @param input the name of what it reads
   * @param size of the window; positive
   * @param stride from one window to the next, in both directions; positive
   * @param padding places on each of the four sides; less than the size
   */
  record MaxPool(String name, String input, int size, int stride, int padding) implements Pool {
    public MaxPool {
      WindowGeometry.requireOfPool(name, size, stride, padding);
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      return WindowGeometry.pooled(name, inputs.get(0), size, stride, padding);
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.maxPool(this, context);
    }
  }

  /**
   * The mean of each size x size window, without padding. The length of each side of the output is
   * {@code (length - size) / stride + 1}, rounded down: what is left beyond the last window is not
   * read.
   *
   * @param name unique in the network
   * @param input the name of what it reads
   * @param size of the window; positive
   * @param stride from one window to the next, in both directions; positive
   */
  record AveragePool(String name, String input, int size, int stride) implements Pool {
    public AveragePool {
      WindowGeometry.requireOfPool(name, size, stride, 0);
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      return WindowGeometry.pooled(name, inputs.get(0), size, stride, 0);
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.averagePool(this, context);
    }
  }

  /** The mean of each channel: [channels, 1, 1]. */
  record GlobalAveragePool(String name, String input) implements Pool {
    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      return new FeatureShape(inputs.get(0).channels(), 1, 1);
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.globalAveragePool(this, context);
    }
  }
}
