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
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * A convolution whose weights follow a pattern, for any DL4J network: input and output are images
 * [N, C, H, W]. Its parameters are {@value #WEIGHTS}, the packed weights, and {@value #BIAS}, one
 * for each filter. It trains and stores kept weights only, and computes in FLOAT or DOUBLE on
 * ND4J's dense convolution; whole networks run faster as a {@link SparseTrunk}.
 */
public final class SscConvolution extends FeedForwardLayer {
  /** The key of the packed weights. */
  public static final String WEIGHTS = "W";

  /** The key of the bias. */
  public static final String BIAS = "b";

  private static final long serialVersionUID = 1L;

  @JsonProperty private List<KernelType> slots;
  @JsonProperty private int shift;
  @JsonProperty private int phase;
  @JsonProperty private int inBlock;
  @JsonProperty private int outBlock;
  @JsonProperty private int kernelHeight;
  @JsonProperty private int kernelWidth;
  @JsonProperty private int stride;
  @JsonProperty private int padding;
  @JsonProperty private boolean hasBias;
  @JsonProperty private FanIn fanIn;
  private transient SupportLayout layout;

  /** For JSON. */
  private SscConvolution() {}

  private SscConvolution(Builder builder) {
    super(builder);
    this.slots = List.copyOf(builder.pattern.slots());
    this.shift = builder.pattern.shift();
    this.phase = builder.pattern.phase();
    this.inBlock = builder.pattern.inBlock();
    this.outBlock = builder.pattern.outBlock();
    this.kernelHeight = builder.kernelHeight;
    this.kernelWidth = builder.kernelWidth;
    this.stride = builder.stride;
    this.padding = builder.padding;
    this.hasBias = builder.hasBias;
    this.fanIn = builder.fanIn;
    initializeConstraints(builder);
  }

  /** The pattern. */
  public SscPattern pattern() {
    return new SscPattern(slots, shift, phase, inBlock, outBlock);
  }

  /** The packed storage of the weights; needs the number of input channels. */
  public synchronized SupportLayout layout() {
    if (layout == null || layout.shape().channels() != nIn || layout.shape().filters() != nOut) {
      WeightShape shape =
          new WeightShape(Math.toIntExact(nOut), Math.toIntExact(nIn), kernelHeight, kernelWidth);
      layout = SupportLayout.of(new Support.Patterned(shape, pattern()));
    }
    return layout;
  }

  /** The step of the window. */
  public int stride() {
    return stride;
  }

  /** The zeros around the image. */
  public int padding() {
    return padding;
  }

  /** Whether there is a bias for each filter. */
  public boolean hasBias() {
    return hasBias;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray view,
      boolean initialise,
      DataType dataType) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new BadInputException(
          "Layer "
              + getLayerName()
              + " computes in FLOAT or DOUBLE, the network asks for "
              + dataType);
    }
    SscConvolutionLayer layer = new SscConvolutionLayer(configuration, dataType);
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
    lengths.put(WEIGHTS, layout().kept());
    if (hasBias) {
      lengths.put(BIAS, Math.toIntExact(nOut));
    }
    return new SlicedParameters(
        lengths,
        WEIGHTS,
        BIAS,
        new SscConvolutionWeights(layout(), fanIn, getLayerName(), biasInit));
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    InputType.InputTypeConvolutional images = images(inputType);
    FeatureShape in =
        new FeatureShape(
            Math.toIntExact(images.getChannels()),
            Math.toIntExact(images.getHeight()),
            Math.toIntExact(images.getWidth()));
    FeatureShape out = output(in);
    return InputType.convolutional(out.height(), out.width(), out.channels());
  }

  /** The shape of the output for an input of this shape. */
  FeatureShape output(FeatureShape in) {
    String name = Objects.requireNonNullElse(getLayerName(), "SscConvolution");
    return new Op.Convolution(name, "input", layout().support(), stride, padding, hasBias)
        .output(List.of(in));
  }

  private InputType.InputTypeConvolutional images(InputType inputType) {
    if (inputType instanceof InputType.InputTypeConvolutional images) {
      return images;
    }
    throw new BadInputException(
        "Layer " + getLayerName() + " reads images [N, C, H, W], was given " + inputType);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (nIn <= 0 || override) {
      nIn = images(inputType).getChannels();
    }
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputTypeUtil.getPreProcessorForInputTypeCnnLayers(inputType, getLayerName());
  }

  @Override
  public List<Regularization> getRegularizationByParam(String key) {
    List<Regularization> chosen = WEIGHTS.equals(key) ? regularization : regularizationBias;
    return chosen == null ? List.of() : chosen;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    InputType output = getOutputType(-1, inputType);
    return new LayerMemoryReport.Builder(getLayerName(), SscConvolution.class, inputType, output)
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(layout().shape().size(), 0, layout().shape().size(), 0)
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SscConvolution convolution
        && super.equals(other)
        && pattern().equals(convolution.pattern())
        && kernelHeight == convolution.kernelHeight
        && kernelWidth == convolution.kernelWidth
        && stride == convolution.stride
        && padding == convolution.padding
        && hasBias == convolution.hasBias
        && fanIn == convolution.fanIn;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof SscConvolution;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        super.hashCode(), pattern(), kernelHeight, kernelWidth, stride, padding, hasBias, fanIn);
  }

  /** Builds a convolution; kernel 3 x 3, stride 1, padding 0 and a bias unless told otherwise. */
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private final SscPattern pattern;
    private int kernelHeight = 3;
    private int kernelWidth = 3;
    private int stride = 1;
    private int padding;
    private boolean hasBias = true;
    private FanIn fanIn = FanIn.DEFAULT;

    /** A convolution whose kernels follow this pattern. */
    public Builder(SscPattern pattern) {
      this.pattern = pattern;
    }

    /** The window. */
    public Builder kernelSize(int height, int width) {
      this.kernelHeight = height;
      this.kernelWidth = width;
      return this;
    }

    /** The step of the window in both directions. */
    public Builder stride(int step) {
      this.stride = step;
      return this;
    }

    /** Zeros on every side of the image. */
    public Builder padding(int zeros) {
      this.padding = zeros;
      return this;
    }

    /** Whether to add a bias for each filter, as DL4J's layers call it. */
    public Builder hasBias(boolean bias) {
      this.hasBias = bias;
      return this;
    }

    /**
     * Which fan-in initial weights are scaled by; without batch norm, take that of kept weights.
     */
    public Builder fanIn(FanIn choice) {
      this.fanIn = choice;
      return this;
    }

    @Override
    @SuppressWarnings("unchecked") // The signature is DL4J's.
    public SscConvolution build() {
      return new SscConvolution(this);
    }
  }
}
