package org.sscspark.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ConvolutionUtils;
import org.deeplearning4j.util.ValidationUtils;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.sscspark.network.FanIn;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * DL4J's convolution with weights that follow a pattern. Its settings mean what they mean to {@link
 * ConvolutionLayer}, except that there is no dilation. Its parameters are, as there, {@value
 * #BIAS}, one for each filter, and {@value #WEIGHTS}: the packed weights, which with the standard
 * pattern are all weights in the stock layer's order. It trains and stores kept weights only, and
 * computes in FLOAT or DOUBLE on ND4J's dense convolution; whole networks run faster as a {@link
 * SparseTrunk}.
 *
 * <p>Weight initialisers draw the dense array [F, C, kH, kW], of which the kept weights are taken,
 * so that layers which differ in their patterns only start from the same draws. Constraints and
 * norms over dimensions see that array as well, with zeros where nothing is kept.
 */
public final class SscConvolution extends ConvolutionLayer {
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
    this.fanIn = builder.fanIn;
    this.cnn2dDataFormat = builder.dataFormat;
    requireNoDilation(dilation);
    if (slots.stream().noneMatch(this::keepsSomething)) {
      throw new DL4JInvalidConfigException(
          describe() + " keeps no weight: no slot of its pattern has a cell in such a kernel");
    }
  }

  private boolean keepsSomething(KernelType type) {
    for (int row = 0; row < kernelSize[0]; row++) {
      for (int column = 0; column < kernelSize[1]; column++) {
        if (type.keeps(row, column, kernelSize[0], kernelSize[1])) {
          return true;
        }
      }
    }
    return false;
  }

  private void requireNoDilation(int[] steps) {
    if (Arrays.stream(steps).anyMatch(step -> step != 1)) {
      throw new DL4JInvalidConfigException(
          describe()
              + " has dilation "
              + Arrays.toString(steps)
              + ": kernels of a pattern are contiguous cells. Use a larger kernel, or DL4J's"
              + " ConvolutionLayer for this layer");
    }
  }

  private void requireNotCausal(ConvolutionMode mode) {
    if (mode == ConvolutionMode.Causal) {
      throw new DL4JInvalidConfigException(
          describe()
              + " has convolution mode Causal, which is for one-dimensional layers: use Same,"
              + " Strict or Truncate");
    }
  }

  private String describe() {
    return "Layer %s (SscConvolution, pattern %s, kernel %s)"
        .formatted(
            Objects.requireNonNullElse(layerName, "(not named)"),
            pattern(),
            Arrays.toString(kernelSize));
  }

  /** The pattern. */
  public SscPattern pattern() {
    return new SscPattern(slots, shift, phase, inBlock, outBlock);
  }

  /** Which fan-in the weight initialiser is told. */
  FanIn fanIn() {
    return fanIn;
  }

  /**
   * The packed storage of the weights.
   *
   * @throws DL4JInvalidConfigException if the pattern does not fit the number of input channels
   */
  public synchronized SupportLayout layout() {
    LayerValidation.assertNInNOutSet("SscConvolution", layerName, -1, nIn, nOut);
    WeightShape shape =
        new WeightShape(Math.toIntExact(nOut), Math.toIntExact(nIn), kernelSize[0], kernelSize[1]);
    if (layout == null || !layout.shape().equals(shape)) {
      try {
        layout = SupportLayout.of(new Support.Patterned(shape, pattern()));
      } catch (IllegalArgumentException e) {
        throw new DL4JInvalidConfigException(describe() + ": " + e.getMessage(), e);
      }
    }
    return layout;
  }

  @Override
  public void setConvolutionMode(ConvolutionMode mode) {
    requireNotCausal(mode);
    super.setConvolutionMode(mode);
  }

  @Override
  public void setDilation(int[] steps) {
    requireNoDilation(steps);
    super.setDilation(steps);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    super.setNIn(inputType, override);
    if (nOut > 0) {
      layout();
    }
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray view,
      boolean initialise,
      DataType dataType) {
    LayerValidation.assertNInNOutSet("SscConvolution", layerName, layerIndex, nIn, nOut);
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new DL4JInvalidConfigException(
          describe() + " computes in FLOAT or DOUBLE, the network asks for " + dataType);
    }
    return initializer()
        .prepare(
            new SscConvolutionLayer(configuration, dataType),
            listeners,
            layerIndex,
            view,
            initialise);
  }

  @Override
  public SlicedParameters initializer() {
    List<String> keys = hasBias ? List.of(BIAS, WEIGHTS) : List.of(WEIGHTS);
    return new SlicedParameters(keys, this::length, WEIGHTS, BIAS, this::fill);
  }

  /** Weights have no length as long as nobody said how many channels and filters there are. */
  private long length(String key) {
    if (BIAS.equals(key)) {
      return nOut;
    }
    return nIn > 0 && nOut > 0 ? layout().kept() : 0;
  }

  private void fill(NeuralNetConfiguration configuration, Map<String, INDArray> slices) {
    if (hasBias) {
      slices.get(BIAS).assign(biasInit);
    }
    InitialWeights.of(this).fill(slices.get(WEIGHTS));
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    long dense = layout().shape().size();
    InputType output = getOutputType(-1, inputType);
    return new LayerMemoryReport.Builder(layerName, SscConvolution.class, inputType, output)
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(
            dense, inputType.arrayElementsPerExample(), 2 * dense, output.arrayElementsPerExample())
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public SscConvolution clone() {
    return (SscConvolution) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SscConvolution convolution
        && super.equals(other)
        && pattern().equals(convolution.pattern())
        && fanIn == convolution.fanIn;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof SscConvolution;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), pattern(), fanIn);
  }

  @Override
  public String toString() {
    return "SscConvolution(super=%s, pattern=%s, kernelSize=%s, fanIn=%s)"
        .formatted(super.toString(), pattern(), Arrays.toString(kernelSize), fanIn);
  }

  /**
   * Builds a convolution; kernel 3 x 3, stride 1, padding 0 and a bias unless told otherwise. One
   * number for a kernel, stride or padding stands for height and width.
   */
  public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {
    private final SscPattern pattern;
    private FanIn fanIn = FanIn.DEFAULT;
    private CNN2DFormat dataFormat = CNN2DFormat.NCHW;

    /** A convolution whose kernels follow this pattern. */
    public Builder(SscPattern pattern) {
      super(new int[] {3, 3});
      this.pattern = pattern;
    }

    /**
     * Which fan-in the weight initialiser is told; without batch norm, take that of kept weights.
     */
    public Builder fanIn(FanIn choice) {
      this.fanIn = choice;
      return this;
    }

    /** The order of dimensions, where no input type of the network says it. */
    public Builder dataFormat(CNN2DFormat format) {
      this.dataFormat = format;
      return this;
    }

    @Override
    protected boolean allowCausal() {
      return false;
    }

    @Override
    public void setKernelSize(int... size) {
      super.setKernelSize(ValidationUtils.validate2NonNegative(size, true, "kernelSize"));
    }

    @Override
    public void setStride(int... steps) {
      super.setStride(ValidationUtils.validate2NonNegative(steps, true, "stride"));
    }

    @Override
    public void setPadding(int... zeros) {
      super.setPadding(ValidationUtils.validate2NonNegative(zeros, true, "padding"));
    }

    @Override
    public void setDilation(int... steps) {
      super.setDilation(ValidationUtils.validate2NonNegative(steps, true, "dilation"));
    }

    @Override
    @SuppressWarnings("unchecked") // The signature is DL4J's.
    public SscConvolution build() {
      ConvolutionUtils.validateConvolutionModePadding(convolutionMode, getPadding());
      ConvolutionUtils.validateCnnKernelStridePadding(getKernelSize(), getStride(), getPadding());
      return new SscConvolution(this);
    }
  }
}
