package org.sscspark.dl4j;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.sscspark.config.BadInputException;
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
 * <p>It runs on {@link TrunkEngine#current} and computes in single precision.
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
    this.nIn = builder.network.input().size();
    this.nOut = builder.network.classes();
    initializeConstraints(builder);
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
    if (dataType != DataType.FLOAT) {
      throw new BadInputException(
          "Layer " + getLayerName() + " computes in FLOAT, the network asks for " + dataType);
    }
    SparseTrunkLayer layer = new SparseTrunkLayer(configuration, dataType);
    layer.setListeners(listeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(view);
    layer.setParamTable(initializer().init(configuration, view, initialise));
    layer.setConf(configuration);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    lengths.put(WEIGHTS, layout().weightCount());
    lengths.put(AFFINE, layout().affineCount());
    lengths.put(STATISTICS, layout().statisticsCount());
    lengths.values().removeIf(length -> length == 0);
    return new SlicedParameters(lengths, WEIGHTS, AFFINE, this::fill);
  }

  private void fill(NeuralNetConfiguration configuration, INDArray view) {
    HostMemory.write(Initialization.parameters(network(), fanIn, configuration.getSeed()), 0, view);
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
    if (inputType instanceof InputType.InputTypeConvolutionalFlat) {
      return;
    }
    FeatureShape expected = network().input();
    if (!(inputType instanceof InputType.InputTypeConvolutional images)
        || images.getChannels() != expected.channels()
        || images.getHeight() != expected.height()
        || images.getWidth() != expected.width()) {
      throw new BadInputException(
          "Layer " + getLayerName() + " reads images " + expected + ", was given " + inputType);
    }
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputTypeUtil.getPreProcessorForInputTypeCnnLayers(inputType, getLayerName());
  }

  @Override
  public List<Regularization> getRegularizationByParam(String key) {
    return WEIGHTS.equals(key) && regularization != null ? regularization : List.of();
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
