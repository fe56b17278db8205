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
   * symmetric zero padding.
   *
   * @param groups contiguous groups, as part of the architecture: weights between groups never
   *     exist and do not count as prunable; the channels for depthwise, 1 for most
   */
  record Convolution(
      String name, String input, Support support, int stride, int padding, boolean bias, int groups)
      implements Weighted {
    public Convolution {
      requireWithinGroups(name, support, groups);
      if (stride < 1 || padding < 0) {
        throw new IllegalArgumentException(
            "Convolution "
                + name
                + ": stride "
                + stride
                + " must be positive and padding "
                + padding
                + " must not be negative");
      }
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
      requireChannels(name, weights.channels(), in);
      return new FeatureShape(
          weights.filters(),
          WindowGeometry.outputLength(name, in.height(), weights.kernelHeight(), stride, padding),
          WindowGeometry.outputLength(name, in.width(), weights.kernelWidth(), stride, padding));
    }

    @Override
    public Convolution withSupport(Support replacement) {
      requireSameShape(name, support, replacement);
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
      return seesPixel(row, in.height(), out.height())
          && seesPixel(column, in.width(), out.width());
    }

    private boolean seesPixel(int cell, int inLength, int outLength) {
      for (int place = 0; place < outLength; place++) {
        int pixel = place * stride + cell - padding;
        if (pixel >= 0 && pixel < inLength) {
          return true;
        }
      }
      return false;
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.convolution(this, context);
    }
  }

  /** A fully connected layer over the flattened [channels, height, width] features. */
  record FullyConnected(String name, String input, Support support, boolean bias)
      implements Weighted {
    public FullyConnected {
      if (support.shape().window() != 1) {
        throw new IllegalArgumentException(
            "Fully connected layer " + name + " needs weights [out, in, 1, 1]");
      }
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      FeatureShape in = inputs.get(0);
      if (in.size() != support.shape().channels()) {
        throw new IllegalArgumentException(
            name + " expects " + support.shape().channels() + " inputs, got " + in);
      }
      return new FeatureShape(support.shape().filters(), 1, 1);
    }

    @Override
    public PrunableLayer layer() {
      return new PrunableLayer(name, support.shape(), 1, PrunableLayer.Kind.FULLY_CONNECTED, 1);
    }

    @Override
    public FullyConnected withSupport(Support replacement) {
      requireSameShape(name, support, replacement);
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
   */
  record BatchNorm(String name, String input, int channels, float epsilon, float momentum)
      implements OfOneInput {
    public BatchNorm {
      if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY && momentum >= 0 && momentum <= 1)) {
        throw new IllegalArgumentException(
            "Batch norm "
                + name
                + ": epsilon "
                + epsilon
                + " must be positive and finite, and momentum "
                + momentum
                + " from 0 to 1");
      }
    }

    /** Epsilon and momentum as in the literature's recipes. */
    public BatchNorm(String name, String input, int channels) {
      this(name, input, channels, 1e-5f, 0.1f);
    }

    @Override
    public FeatureShape output(List<FeatureShape> inputs) {
      requireChannels(name, channels, inputs.get(0));
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
            name + " cannot add " + inputs.get(0) + " and " + inputs.get(1));
      }
      return inputs.get(0);
    }

    @Override
    public <R, C> R accept(Visitor<R, C> visitor, C context) {
      return visitor.add(this, context);
    }
  }

  /** The largest value of each size x size window; padding never wins. */
  record MaxPool(String name, String input, int size, int stride, int padding) implements Pool {
    public MaxPool {
      WindowGeometry.require(name, size, stride, padding);
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

  /** The mean of each size x size window, without padding. */
  record AveragePool(String name, String input, int size, int stride) implements Pool {
    public AveragePool {
      WindowGeometry.require(name, size, stride, 0);
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

  private static void requireChannels(String name, int channels, FeatureShape in) {
    if (in.channels() != channels) {
      throw new IllegalArgumentException(name + " expects " + channels + " channels, got " + in);
    }
  }

  private static void requireWithinGroups(String name, Support support, int groups) {
    WeightShape shape = support.shape();
    if (groups < 1 || shape.channels() % groups != 0 || shape.filters() % groups != 0) {
      throw new IllegalArgumentException(
          "Convolution " + name + ": " + groups + " groups must divide the weights " + shape);
    }
    if (groups == 1) {
      return;
    }
    int filtersOfGroup = shape.filters() / groups;
    int channelsOfGroup = shape.channels() / groups;
    for (int filter = 0; filter < shape.filters(); filter++) {
      for (int channel = 0; channel < shape.channels(); channel++) {
        if (filter / filtersOfGroup != channel / channelsOfGroup
            && support.connects(filter, channel)) {
          throw new IllegalArgumentException(
              "Convolution "
                  + name
                  + ": filter "
                  + filter
                  + " must not read channel "
                  + channel
                  + " of another group");
        }
      }
    }
  }

  private static void requireSameShape(String name, Support support, Support replacement) {
    if (!support.shape().equals(replacement.shape())) {
      throw new IllegalArgumentException(
          "Support of "
              + name
              + " must have shape "
              + support.shape()
              + ", was "
              + replacement.shape());
    }
  }
}
