package org.sscspark.dl4j;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.BaseConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.sscspark.engine.nd4j.HostMemory;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * A whole network, from images [N, C, H, W] to logits [N, classes], as one DL4J layer. Its
 * parameters are the flat vector of {@link ParameterLayout} in three slices: {@value #WEIGHTS}, the
 * packed weights, to which regularisation applies; {@value #AFFINE}, biases, scales and shifts; and
 * {@value #STATISTICS}, running means and variances, which no updater changes and which move when a
 * training step is backpropagated. Empty slices are left out.
 *
 * <p>It runs on {@link TrunkEngine#current} and computes in single precision. A setting of DL4J's
 * that has no meaning for a network as a whole is refused, also where it comes from the global
 * configuration; docs/dl4j.md lists them all.
 */
public final class SparseTrunk extends FeedForwardLayer {
  /** The key of the packed weights. */
  public static final String WEIGHTS = "W";

  /** The key of biases, scales and shifts. */
  public static final String AFFINE = "A";

  /** The key of running means and variances. */
  public static final String STATISTICS = "S";

  private static final long serialVersionUID = 1L;

  @JsonProperty private String network;
  @JsonProperty private FanIn fanIn;
  private transient NetworkSpec parsed;
  private transient ParameterLayout layout;

  /** For JSON. */
  private SparseTrunk() {}

  private SparseTrunk(Builder builder) {
    super(builder);
    this.network = NetworkJson.write(builder.network);
    this.fanIn = builder.fanIn;
    requireSize("nIn", builder.getNIn(), builder.network.input().size());
    requireSize("nOut", builder.getNOut(), builder.network.classes());
    this.nIn = builder.network.input().size();
    this.nOut = builder.network.classes();
    require(
        activationFn == null || activationFn instanceof ActivationIdentity,
        "activation",
        "it ends in logits. Leave it out, and give the activation to the layer behind it");
    setActivationFn(activationFn);
    require(
        weightInitFn == null || weightInitFn instanceof WeightInitRelu,
        "weightInit",
        "it starts He-normal (DL4J's RELU) by fanIn(...). Leave it out, or set parameters");
    setWeightInitFn(weightInitFn);
    setBiasInit(biasInit);
    setBiasUpdater(biasUpdater);
    setRegularizationBias(regularizationBias);
    setWeightNoise(weightNoise);
    initializeConstraints(builder);
    setConstraints(constraints);
  }

  private void require(boolean met, String setting, String reason) {
    if (!met) {
      throw new DL4JInvalidConfigException(
          "Layer %s (SparseTrunk) cannot have this %s: %s"
              .formatted(Objects.requireNonNullElse(layerName, "(not named)"), setting, reason));
    }
  }

  private void requireSize(String what, long size, long own) {
    require(
        size <= 0 || size == own, what + " " + size, "its network has " + own + ". Leave it out");
  }

  /** Biases, scales and shifts share a slice, and DL4J's batch norm heeds no setting for biases. */
  private void requireBiasesOnly(boolean asked, String setting) {
    require(
        !asked || isBeingRead() || layout().statisticsCount() == 0,
        setting,
        "biases share a vector with the scales and shifts of batch norm. Set it on other layers");
  }

  /** Accepts the identity, and DL4J's global default, which stands for no choice. */
  @Override
  public void setActivationFn(IActivation activation) {
    require(
        activation == null
            || activation instanceof ActivationIdentity
            || activation instanceof ActivationSigmoid,
        "activation",
        "it ends in logits. Set activations on the other layers, or activation(IDENTITY) here");
    super.setActivationFn(activation == null ? null : new ActivationIdentity());
  }

  /** Accepts what the trunk does, and DL4J's global default, which stands for no choice. */
  @Override
  public void setWeightInitFn(IWeightInit initialiser) {
    require(
        initialiser == null
            || initialiser instanceof WeightInitRelu
            || initialiser instanceof WeightInitXavier,
        "weightInit",
        "it starts He-normal by fanIn(...). Set weightInit on the other layers, or"
            + " weightInit(WeightInit.RELU) here, which says the same");
    super.setWeightInitFn(initialiser == null ? null : new WeightInitRelu());
  }

  @Override
  public void setBiasInit(double bias) {
    require(
        Double.isNaN(bias) || bias == 0,
        "biasInit",
        "its biases start at 0. Set biasInit on the other layers, or biasInit(0) here");
    super.setBiasInit(bias);
  }

  @Override
  public void setBiasUpdater(IUpdater updater) {
    requireBiasesOnly(updater != null, "biasUpdater");
    super.setBiasUpdater(updater);
  }

  @Override
  public void setRegularizationBias(List<Regularization> terms) {
    requireBiasesOnly(terms != null && !terms.isEmpty(), "regularisation of biases");
    super.setRegularizationBias(terms);
  }

  @Override
  public void setWeightNoise(IWeightNoise noise) {
    requireBiasesOnly(
        noise instanceof DropConnect drop && drop.isApplyToBiases()
            || noise instanceof WeightNoise random && random.isApplyToBias(),
        "weight noise on biases");
    super.setWeightNoise(noise);
  }

  @Override
  public void setConstraints(List<LayerConstraint> chosen) {
    for (LayerConstraint constraint : chosen == null ? List.<LayerConstraint>of() : chosen) {
      require(
          !(constraint instanceof BaseConstraint base)
              || base.getDimensions() == null
              || base.getDimensions().length == 0,
          "constraint",
          "its weights are those of many layers, without dimensions. Use SscConvolution layers");
      requireBiasesOnly(
          constraint.getParams().contains(AFFINE) || constraint.getParams().contains(STATISTICS),
          "constraint of biases");
    }
    super.setConstraints(chosen);
  }

  @Override
  public void setNIn(long inputs) {
    if (!isBeingRead()) {
      requireSize("nIn", inputs, network().input().size());
    }
    super.setNIn(inputs);
  }

  @Override
  public void setNOut(long outputs) {
    if (!isBeingRead()) {
      requireSize("nOut", outputs, network().classes());
    }
    super.setNOut(outputs);
  }

  /** JSON may name the network after settings that were checked when it was written. */
  private boolean isBeingRead() {
    return network == null;
  }

  /** The network that the trunk runs. */
  public synchronized NetworkSpec network() {
    if (parsed == null) {
      parsed = NetworkJson.read(network);
    }
    return parsed;
  }

  /** Where each parameter lives in the trunk's flat view. */
  public synchronized ParameterLayout layout() {
    if (layout == null) {
      layout = ParameterLayout.of(network());
    }
    return layout;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray view,
      boolean initialise,
      DataType dataType) {
    require(
        dataType == DataType.FLOAT, "data type " + dataType, "it computes in DataType.FLOAT only");
    require(
        configuration.getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT
            || layout().statisticsCount() == 0,
        "optimizationAlgo " + configuration.getOptimizationAlgo(),
        "a line search evaluates a minibatch several times, and each time would move the running"
            + " statistics of batch norm. Use STOCHASTIC_GRADIENT_DESCENT with any updater");
    return initializer()
        .prepare(
            new SparseTrunkLayer(configuration, dataType), listeners, layerIndex, view, initialise);
  }

  @Override
  public SlicedParameters initializer() {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    lengths.put(WEIGHTS, layout().weightCount());
    lengths.put(AFFINE, layout().affineCount());
    lengths.put(STATISTICS, layout().statisticsCount());
    lengths.values().removeIf(length -> length == 0);
    return new SlicedParameters(
        List.copyOf(lengths.keySet()), lengths::get, WEIGHTS, AFFINE, this::fill);
  }

  private void fill(NeuralNetConfiguration configuration, Map<String, INDArray> slices) {
    float[] initial = Initialization.parameters(network(), fanIn, configuration.getSeed());
    int next = 0;
    for (INDArray slice : slices.values()) {
      int from = next;
      Contiguous.fill(slice, block -> HostMemory.write(initial, from, block));
      next += (int) slice.length();
    }
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    requireInput(inputType);
    return InputType.feedForward(nOut);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    requireInput(inputType);
  }

  private void requireInput(InputType inputType) {
    FeatureShape expected = network().input();
    require(
        inputType instanceof InputType.InputTypeConvolutional images
            && images.getChannels() == expected.channels()
            && images.getHeight() == expected.height()
            && images.getWidth() == expected.width()
            && images.getFormat() == CNN2DFormat.NCHW,
        "input " + inputType,
        "it reads images [N, C, H, W] of " + expected);
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputTypeUtil.getPreProcessorForInputTypeCnnLayers(inputType, getLayerName());
  }

  @Override
  public IUpdater getUpdaterByParam(String key) {
    return STATISTICS.equals(key) ? new NoOp() : super.getUpdaterByParam(key);
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long trainable = layout().trainableCount();
    return new LayerMemoryReport.Builder(
            getLayerName(), SparseTrunk.class, inputType, InputType.feedForward(nOut))
        .standardMemory(layout().size(), getIUpdater().stateSize(trainable))
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseTrunk trunk
        && super.equals(other)
        && network.equals(trunk.network)
        && fanIn == trunk.fanIn;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof SparseTrunk;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), network, fanIn);
  }

  @Override
  public String toString() {
    return "SparseTrunk(super=%s, operators=%s, kept=%s of %s weights, fanIn=%s)"
        .formatted(
            super.toString(),
            network().ops().size(),
            layout().weightCount(),
            network().weighted().stream().mapToLong(op -> op.support().shape().size()).sum(),
            fanIn);
  }

  /** Builds a trunk. */
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private final NetworkSpec network;
    private FanIn fanIn = FanIn.DEFAULT;

    /** A trunk that runs this network. */
    public Builder(NetworkSpec network) {
      this.network = network;
    }

    /** Which fan-in initial weights are scaled by; by default that of the dense network. */
    public Builder fanIn(FanIn choice) {
      this.fanIn = choice;
      return this;
    }

    @Override
    @SuppressWarnings("unchecked") // The signature is DL4J's.
    public SparseTrunk build() {
      return new SparseTrunk(this);
    }
  }
}
