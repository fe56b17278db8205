package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.BaseConstraint;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BaseConvBuilder;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.engine.nd4j.PackedWeights;
import org.sscspark.network.FanIn;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.SupportLayout;

class SscConvolutionTest {
  private static final SscPattern SSC =
      new SscPattern(
          List.of(KernelType.ODD, KernelType.POINT, KernelType.EVEN, KernelType.ZERO), 1, 0, 1, 1);

  private static final SscPattern STANDARD = SscPattern.standard();

  private static final List<SscPattern> PATTERNS =
      List.of(
          STANDARD,
          SSC,
          SscPattern.hetConv(4),
          SscPattern.pointwise(),
          SscPattern.shuffledGroupwise(2),
          SscPattern.depthwise(4, 2));

  enum Geometry {
    PADDED,
    RECTANGULAR,
    SAME,
    CHANNELS_LAST;

    SscConvolution.Builder of(SscConvolution.Builder builder) {
      return switch (this) {
        case PADDED, CHANNELS_LAST -> builder.padding(1);
        case RECTANGULAR -> builder.kernelSize(2, 3).stride(2, 1).padding(1, 0);
        case SAME -> builder.stride(2).convolutionMode(ConvolutionMode.Same);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesDl4jsGradientCheck(Geometry geometry) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      CNN2DFormat format = geometry == Geometry.CHANNELS_LAST ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
      SscConvolution.Builder builder = new SscConvolution.Builder(SSC).nOut(4);
      MultiLayerNetwork network =
          initialised(
              new NeuralNetConfiguration.Builder()
                  .seed(1)
                  .dataType(DataType.DOUBLE)
                  .updater(new NoOp())
                  .activation(Activation.TANH)
                  .list()
                  .layer(convolution(STANDARD, Activation.TANH))
                  .layer(geometry.of(builder).build())
                  .layer(output())
                  .setInputType(InputType.convolutional(4, 3, 2, format))
                  .build());
      DataSet batch = batch(DataType.DOUBLE, 3);
      INDArray images =
          format == CNN2DFormat.NHWC
              ? batch.getFeatures().permute(0, 2, 3, 1).dup('c')
              : batch.getFeatures();

      assertThat(
              GradientCheckUtil.checkGradients(
                  new GradientCheckUtil.MLNConfig()
                      .net(network)
                      .epsilon(1e-6)
                      .maxRelError(1e-5)
                      .minAbsoluteError(1e-8)
                      .input(images)
                      .labels(batch.getLabels())
                      .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)))
          .isTrue();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  /**
   * The stock layer with the other weights at zero, over random shapes, patterns, kernels, strides,
   * paddings, modes and data formats: outputs, score, and the step on kept weights and below.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void equalsAMaskedStockConvolution(int seed) {
    Random random = new Random(seed);
    int[] kernel = {1 + random.nextInt(4), 1 + random.nextInt(4)};
    int[] stride = {1 + random.nextInt(3), 1 + random.nextInt(3)};
    boolean same = random.nextBoolean();
    int[] padding = same ? new int[2] : new int[] {random.nextInt(3), random.nextInt(3)};
    ConvolutionMode mode = same ? ConvolutionMode.Same : ConvolutionMode.Truncate;
    boolean bias = random.nextBoolean();
    int filters = 1 + random.nextInt(7);
    CNN2DFormat format = random.nextBoolean() ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    InputType images =
        InputType.convolutional(4 + random.nextInt(5), 4 + random.nextInt(5), 3, format);
    SscPattern pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
    SscConvolution.Builder sparseBuilder = new SscConvolution.Builder(pattern);
    ConvolutionLayer.Builder stockBuilder = new ConvolutionLayer.Builder();
    List<BaseConvBuilder<?>> builders = List.of(sparseBuilder, stockBuilder);
    for (BaseConvBuilder<?> builder : builders) {
      builder
          .kernelSize(kernel)
          .stride(stride)
          .padding(padding)
          .convolutionMode(mode)
          .nOut(filters)
          .hasBias(bias);
    }
    MultiLayerNetwork sparse = initialised(network(images, sparseBuilder.build()));
    MultiLayerNetwork stock = initialised(network(images, stockBuilder.build()));
    SupportLayout layout = layout(sparse, 1);
    sparse.paramTable().forEach((key, value) -> start(key, value, stock, layout));
    DataSet batch = minibatch(images, 3, seed);

    assertClose(sparse.output(batch.getFeatures()), stock.output(batch.getFeatures()));

    sparse.fit(batch);
    stock.fit(batch);
    assertThat(sparse.score()).isCloseTo(stock.score(), within(1e-4));
    INDArray packed = Nd4j.create(DataType.FLOAT, layout.kept());
    PackedWeights.gather(layout, stock.getParam("1_W"), packed);
    assertClose(sparse.getParam("1_W"), packed);
    sparse.paramTable().entrySet().stream()
        .filter(entry -> !entry.getKey().equals("1_W"))
        .forEach(entry -> assertClose(entry.getValue(), stock.getParam(entry.getKey())));
  }

  /** Gives a stock network a sparse one's parameters. */
  private static void start(
      String key, INDArray value, MultiLayerNetwork stock, SupportLayout layout) {
    INDArray target = stock.getParam(key);
    if (key.equals("1_W")) {
      INDArray dense = Nd4j.create(DataType.FLOAT, target.shape());
      PackedWeights.spread(layout, value, dense);
      target.assign(dense);
    } else {
      target.assign(value.reshape(target.shape()));
    }
  }

  private static MultiLayerConfiguration network(InputType images, Layer tested) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Sgd(0.3))
        .l2(0.01)
        .activation(Activation.TANH)
        .list()
        .layer(new ConvolutionLayer.Builder(1, 1).nOut(4).build())
        .layer(tested)
        .layer(output())
        .setInputType(images)
        .build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private static DataSet minibatch(InputType images, int count, int seed) {
    long[] shape = images.getShape(true);
    shape[0] = count;
    INDArray labels = Nd4j.zeros(DataType.FLOAT, count, 3);
    for (int n = 0; n < count; n++) {
      labels.putScalar(n, (n + seed) % 3, 1);
    }
    return new DataSet(waves(DataType.FLOAT, shape), labels);
  }

  private static SupportLayout layout(MultiLayerNetwork network, int layer) {
    return ((SscConvolution) network.getLayer(layer).conf().getLayer()).layout();
  }

  /** Any of DL4J's initialisers, of which the kept weights are taken. */
  @Test
  void startsFromTheStockLayersDraws() {
    for (WeightInit scheme : List.of(WeightInit.XAVIER, WeightInit.RELU_UNIFORM, WeightInit.ONES)) {
      InputType images = InputType.convolutional(5, 5, 3);
      MultiLayerNetwork sparse =
          initialised(
              network(images, new SscConvolution.Builder(SSC).nOut(6).weightInit(scheme).build()));
      MultiLayerNetwork stock =
          initialised(
              network(
                  images, new ConvolutionLayer.Builder(3, 3).nOut(6).weightInit(scheme).build()));
      SupportLayout layout = layout(sparse, 1);
      INDArray kept = Nd4j.create(DataType.FLOAT, layout.kept());
      PackedWeights.gather(layout, stock.getParam("1_W"), kept);

      assertThat(sparse.getParam("1_W")).as("%s", scheme).isEqualTo(kept);
      assertThat(sparse.getParam("2_W")).as("what follows").isEqualTo(stock.getParam("2_W"));
    }
  }

  /** Norms are those of filters, not of the packed vector. */
  @Test
  void constraintsActOnEachFilter() {
    for (LayerConstraint constraint :
        List.of(
            new UnitNormConstraint(1, 2, 3),
            new MaxNormConstraint(0.2, 1, 2, 3),
            new MinMaxNormConstraint(0.2, 0.3, 1, 1, 2, 3),
            new NonNegativeConstraint())) {
      InputType images = InputType.convolutional(5, 5, 3);
      SscConvolution layer =
          new SscConvolution.Builder(SSC).nOut(6).constrainWeights(constraint).build();
      MultiLayerNetwork network = initialised(network(images, layer));
      network.fit(minibatch(images, 3, 1));
      SupportLayout layout = layout(network, 1);
      INDArray constrained = Nd4j.create(DataType.FLOAT, 6, 4, 3, 3);
      PackedWeights.spread(layout, network.getParam("1_W"), constrained);
      INDArray again = constrained.dup();
      ((BaseConstraint) constraint).apply(again);

      assertThat(constrained.norm2Number().doubleValue()).isPositive();
      assertClose(constrained, again);
    }
  }

  @Test
  void parametersMayComeInAnyOrderAndAsViews() {
    InputType images = InputType.convolutional(5, 5, 3);
    MultiLayerConfiguration configuration =
        network(images, new SscConvolution.Builder(SSC).nOut(6).build());
    MultiLayerNetwork usual = initialised(configuration);
    DataSet batch = minibatch(images, 3, 1);
    INDArray parameters = usual.params().dup();
    INDArray column = Nd4j.create(DataType.FLOAT, parameters.length(), 3).getColumn(1);
    column.assign(parameters);
    INDArray row = Nd4j.create(DataType.FLOAT, new long[] {1, parameters.length()}, 'f');
    row.assign(parameters);
    usual.fit(batch);

    for (INDArray given : List.of(column, row)) {
      MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
      network.init(given, false);
      network.fit(batch);
      assertClose(network.params(), usual.params());
    }
  }

  /** Kind: an array whose order of dimensions is another one's. */
  @ParameterizedTest
  @CsvSource({"NCHW, 4, 4, 4", "NCHW, 5, 4, 3", "NHWC, 4, 4, 4", "NHWC, 5, 4, 3"})
  void dropoutStopsGradientsWhereItStoppedValues(
      CNN2DFormat format, int height, int width, int channels) {
    InputType images = InputType.convolutional(height, width, channels, format);
    MultiLayerNetwork network =
        initialised(
            network(
                images,
                new SscConvolution.Builder(STANDARD)
                    .kernelSize(1)
                    .nOut(4)
                    .hasBias(false)
                    .activation(Activation.IDENTITY)
                    .dropOut(0.5)
                    .build()));
    network.initGradientsView();
    org.deeplearning4j.nn.api.Layer layer = network.getLayer(1);
    layer.getParam("W").assign(Nd4j.eye(4).reshape(16));
    long[] shape = images.getShape(true);
    shape[0] = 2;
    shape[format == CNN2DFormat.NHWC ? 3 : 1] = 4;
    INDArray ones = Nd4j.ones(DataType.FLOAT, shape);
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    layer.setInput(ones.dup(), workspaces);

    INDArray output = layer.activate(true, workspaces).dup('c');
    INDArray gradient = layer.backpropGradient(ones, workspaces).getSecond().dup('c');

    assertThat(output.minNumber().doubleValue()).isZero();
    assertThat(gradient).isEqualTo(output);
  }

  @Test
  void readsChannelsLastWithoutAnInputType() {
    INDArray images = waves(DataType.FLOAT, 2, 6, 5, 3);
    MultiLayerNetwork sparse =
        initialised(
            untyped(
                new SscConvolution.Builder(STANDARD).dataFormat(CNN2DFormat.NHWC).nIn(3).nOut(4)));
    MultiLayerNetwork stock =
        initialised(
            untyped(
                new ConvolutionLayer.Builder(3, 3).dataFormat(CNN2DFormat.NHWC).nIn(3).nOut(4)));
    stock.setParams(sparse.params());

    assertThat(sparse.output(images).shape()).containsExactly(2, 4, 3, 4);
    assertClose(sparse.output(images), stock.output(images));
  }

  @Test
  void masksAreReducedAsTheStockLayerReducesThem() {
    INDArray mask = Nd4j.ones(DataType.FLOAT, 1, 1, 6, 6);
    for (ConvolutionMode mode : List.of(ConvolutionMode.Same, ConvolutionMode.Truncate)) {
      InputType images = InputType.convolutional(6, 6, 3);
      MultiLayerNetwork sparse =
          initialised(
              network(
                  images,
                  new SscConvolution.Builder(SSC)
                      .nOut(2)
                      .kernelSize(2)
                      .stride(2)
                      .convolutionMode(mode)
                      .build()));
      MultiLayerNetwork stock =
          initialised(
              network(
                  images,
                  new ConvolutionLayer.Builder(2, 2)
                      .nOut(2)
                      .stride(2, 2)
                      .convolutionMode(mode)
                      .build()));
      INDArray reduced =
          sparse.getLayer(1).feedForwardMaskArray(mask, MaskState.Active, 1).getFirst();

      assertThat(reduced.shape()).containsExactly(1, 1, 3, 3);
      assertThat(reduced)
          .isEqualTo(stock.getLayer(1).feedForwardMaskArray(mask, MaskState.Active, 1).getFirst());
    }
  }

  /** The stock layer's exceptions, which handlers of DL4J programs catch. */
  @Test
  void badInputThrowsWhatTheStockLayerThrows() {
    InputType images = InputType.convolutional(6, 6, 3);
    SscConvolution.Builder sparse = new SscConvolution.Builder(STANDARD).nOut(4);
    ConvolutionLayer.Builder stock = new ConvolutionLayer.Builder(3, 3).nOut(4);
    for (long[] shape : new long[][] {{2, 108}, {2, 5, 6, 6}, {2, 3, 2, 2}}) {
      Class<?> expected =
          Outcome.orFailure(
                  () -> runLayer(stock.build(), images, Nd4j.create(DataType.FLOAT, shape)))
              .failure()
              .getClass();
      assertThat(expected).isEqualTo(DL4JInvalidInputException.class);
      assertThatThrownBy(() -> runLayer(sparse.build(), images, Nd4j.create(DataType.FLOAT, shape)))
          .isInstanceOf(expected)
          .hasMessageMatching("(?s).*(Got rank 2|input channels = 5|input height = 2).*");
    }
    for (BaseConvBuilder<?> builder : List.of(sparse, stock)) {
      assertThatThrownBy(
              () ->
                  network(
                      InputType.convolutional(2, 2, 3),
                      builder.kernelSize(5, 5).padding(1, 1).build()))
          .isInstanceOf(DL4JInvalidConfigException.class)
          .hasMessageContaining("Invalid input configuration for kernel height");
      assertThatThrownBy(() -> new MultiLayerNetwork(untyped(builder)).init())
          .isInstanceOf(DL4JInvalidConfigException.class)
          .hasMessageContaining("nIn and nOut must be > 0");
      assertThatThrownBy(() -> builder.build().getOutputType(0, InputType.recurrent(3)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Expected CNN input");
    }
  }

  private static MultiLayerConfiguration untyped(BaseConvBuilder<?> builder) {
    Layer layer = builder.build();
    return new NeuralNetConfiguration.Builder().list().layer(layer).build();
  }

  private static Outcome runLayer(Layer layer, InputType images, INDArray input) {
    MultiLayerNetwork network =
        initialised(
            new NeuralNetConfiguration.Builder().list().layer(layer).setInputType(images).build());
    network.getLayer(0).activate(input, false, LayerWorkspaceMgr.noWorkspaces());
    throw new AssertionError("Nothing was thrown");
  }

  @Test
  void refusesInWordsWhenBuilt() {
    assertRefused(
        new SscConvolution.Builder(SSC).name("c").dilation(1, 2),
        "Layer c (SscConvolution, pattern " + SSC + ", kernel [3, 3]) has dilation [1, 2]: ");
    assertRefused(
        new SscConvolution.Builder(only(KernelType.EVEN)).kernelSize(1), "keeps no weight: ");
    assertRefused(new SscConvolution.Builder(only(KernelType.ZERO)), "keeps no weight: ");
    assertThatThrownBy(
            () -> new SscConvolution.Builder(SSC).convolutionMode(ConvolutionMode.Causal))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Causal convolution mode can only be used with 1D");
    assertThatThrownBy(
            () ->
                new NeuralNetConfiguration.Builder()
                    .convolutionMode(ConvolutionMode.Causal)
                    .list()
                    .layer(new SscConvolution.Builder(SSC).nOut(4).build())
                    .build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("convolution mode Causal, which is for one-dimensional layers");
    assertThatThrownBy(
            () ->
                initialised(
                    new NeuralNetConfiguration.Builder()
                        .dataType(DataType.HALF)
                        .list()
                        .layer(new SscConvolution.Builder(SSC).nIn(4).nOut(4).build())
                        .build()))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("computes in FLOAT or DOUBLE, the network asks for HALF");
    assertThatThrownBy(
            () ->
                new NeuralNetConfiguration.Builder()
                    .list()
                    .layer(new SscConvolution.Builder(SSC).nOut(4).build())
                    .setInputType(InputType.convolutional(5, 5, 6))
                    .build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("The pattern's period 4 x inBlock 1 must divide the 6 channels");
  }

  private static void assertRefused(SscConvolution.Builder builder, String words) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining(words);
  }

  private static SscPattern only(KernelType type) {
    return new SscPattern(List.of(type), 0, 0, 1, 1);
  }

  @Test
  void namesPatternAndKernel() {
    assertThat(new SscConvolution.Builder(SSC).kernelSize(5, 3).build().toString())
        .startsWith("SscConvolution(super=ConvolutionLayer(")
        .contains("pattern=" + SSC + ", kernelSize=[5, 3], fanIn=DENSE");
  }

  @Test
  void survivesJsonWithEqualConfigurationAndOutputs() {
    MultiLayerNetwork network =
        initialised(
            network(
                DataType.FLOAT,
                new Sgd(0.1),
                0,
                convolution(STANDARD, Activation.RELU),
                convolution(SSC, Activation.RELU)));
    MultiLayerConfiguration read =
        MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson());
    MultiLayerNetwork restored = new MultiLayerNetwork(read);
    restored.init(network.params().dup(), false);
    INDArray images = batch(DataType.FLOAT, 2).getFeatures();

    assertThat(read).isEqualTo(network.getLayerWiseConfigurations());
    assertThat(restored.output(images)).isEqualTo(network.output(images));
  }

  @Test
  void goesOnFromAZipBitForBit() throws IOException {
    InputType images = InputType.convolutional(5, 5, 3);
    MultiLayerNetwork network =
        initialised(network(images, new SscConvolution.Builder(SSC).nOut(6).build()));
    network.fit(minibatch(images, 3, 1));
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, zip, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip.toByteArray()), true);
    network.fit(minibatch(images, 3, 2));
    restored.fit(minibatch(images, 3, 2));

    assertThat(restored.params()).isEqualTo(network.params());
  }

  @Test
  void staysWhereItIsFrozen() {
    InputType images = InputType.convolutional(5, 5, 3);
    Layer frozen = new FrozenLayer(new SscConvolution.Builder(SSC).nOut(6).build());
    MultiLayerNetwork network = initialised(network(images, frozen));
    INDArray weights = network.getParam("1_W").dup();
    INDArray others = network.getParam("2_W").dup();
    network.fit(minibatch(images, 3, 1));

    assertThat(network.getParam("1_W")).isEqualTo(weights);
    assertThat(network.getParam("2_W")).isNotEqualTo(others);
  }

  @Test
  void transferLearningChangesItsChannels() {
    InputType images = InputType.convolutional(5, 5, 3);
    MultiLayerNetwork network =
        initialised(network(images, new SscConvolution.Builder(SSC).nOut(6).build()));

    MultiLayerNetwork replaced =
        new TransferLearning.Builder(network)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).seed(3).build())
            .nOutReplace(0, 8, WeightInit.RELU)
            .build();

    assertThat(network.getParam("1_W").length()).isEqualTo(6 * 10);
    assertThat(replaced.getParam("1_W").length()).isEqualTo(6 * 20);
    replaced.fit(minibatch(images, 3, 1));
  }

  @Test
  void layersOfOneShapeStartDifferently() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(convolution(SSC, Activation.RELU))
                .layer(convolution(SSC, Activation.RELU))
                .setInputType(InputType.convolutional(6, 5, 4))
                .build());
    network.init();

    assertThat(network.getParam("0_W").length()).isEqualTo(network.getParam("1_W").length());
    assertThat(network.getParam("0_W")).isNotEqualTo(network.getParam("1_W"));
  }

  @Test
  void initialWeightsAreScaledByTheDenseFanInUnlessToldOtherwise() {
    // Of the four channels' kernels, a filter keeps 5 + 1 + 4 of 36 weights.
    float[] usual = firstWeights(new SscConvolution.Builder(SSC));
    float[] dense = firstWeights(new SscConvolution.Builder(SSC).fanIn(FanIn.DENSE));
    float[] kept = firstWeights(new SscConvolution.Builder(SSC).fanIn(FanIn.KEPT));

    assertThat(usual).isEqualTo(dense).hasSize(4 * 10);
    for (int i = 0; i < kept.length; i++) {
      assertThat(dense[i] / kept[i]).isCloseTo((float) Math.sqrt(10.0 / 36), within(1e-5f));
    }
  }

  private static float[] firstWeights(SscConvolution.Builder second) {
    SscConvolution first = convolution(STANDARD, Activation.RELU);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            network(DataType.FLOAT, new NoOp(), 0, first, second.padding(1).nOut(4).build()));
    network.init();
    return network.getParam("1_W").dup().reshape(-1).toFloatVector();
  }

  private static SscConvolution convolution(SscPattern pattern, Activation activation) {
    return new SscConvolution.Builder(pattern)
        .kernelSize(3, 3)
        .padding(1)
        .nOut(4)
        .activation(activation)
        .build();
  }

  private static MultiLayerConfiguration network(
      DataType type, IUpdater updater, double l2, Layer first, Layer second) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(type)
        .updater(updater)
        .l2(l2)
        .list()
        .layer(first)
        .layer(second)
        .layer(output())
        .setInputType(InputType.convolutional(4, 3, 2))
        .build();
  }

  private static DataSet batch(DataType type, int count) {
    INDArray images = waves(type, count, 2, 4, 3);
    INDArray labels = Nd4j.zeros(type, count, 3);
    for (int n = 0; n < count; n++) {
      labels.putScalar(n, n % 3, 1);
    }
    return new DataSet(images, labels);
  }

  private static INDArray waves(DataType type, long... shape) {
    INDArray array = Nd4j.create(type, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, Math.sin(3.7 * i) + 0.3 * Math.cos(11.1 * i));
    }
    return array;
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(Outcome.floats(actual)).containsExactly(Outcome.floats(expected), within(2e-5f));
  }
}
