package org.sscspark.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.protobuf.ByteString;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Normalization;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.Support;

/** Exported models beside our own engines, in ONNX Runtime. */
class OnnxFileTest {
  private static final int IMAGES = 10;
  private static final FeatureShape SMALL = new FeatureShape(3, 32, 32);
  private static final FeatureShape LARGE = new FeatureShape(3, 128, 128);
  private static final int CLASSES = 7;

  private static final OnnxForm PLAIN = OnnxForm.DEFAULT;
  private static final OnnxForm NORMALIZED_OUTSIDE =
      new OnnxForm(
          OnnxForm.Normalization.OUTSIDE,
          OnnxForm.BatchNorm.KEPT,
          OnnxForm.Convolutions.PLAIN,
          OnnxForm.Weights.SPARSE);
  private static final OnnxForm FOLDED =
      new OnnxForm(
          OnnxForm.Normalization.INSIDE,
          OnnxForm.BatchNorm.FOLDED,
          OnnxForm.Convolutions.PLAIN,
          OnnxForm.Weights.DENSE);
  private static final OnnxForm GROUPED =
      new OnnxForm(
          OnnxForm.Normalization.OUTSIDE,
          OnnxForm.BatchNorm.FOLDED,
          OnnxForm.Convolutions.GROUPED,
          OnnxForm.Weights.SPARSE);

  static Stream<NetworkSpec> zoo() {
    return Stream.concat(
            ModelZoo.names().stream()
                .map(name -> ModelZoo.named(name, SMALL, CLASSES, width(name))),
            Stream.of("resnet18", "mobilenetv2")
                .map(name -> ModelZoo.named(name, LARGE, CLASSES, 0.25)))
        .flatMap(
            dense ->
                Stream.of(
                    dense,
                    SscDesign.apply(dense, 0.15, SscSettings.of(DensityProfile.UNIFORM)),
                    unstructured(dense)));
  }

  /** Large networks are narrow, to be quick. */
  private static double width(String name) {
    return List.of("resnet18", "resnet50", "vgg11", "vgg16", "vgg19").contains(name) ? 0.25 : 0.5;
  }

  /** Every seventh weight. */
  private static NetworkSpec unstructured(NetworkSpec dense) {
    NetworkSpec pruned = dense;
    for (Op.Weighted op : dense.weighted()) {
      BitSet kept = new BitSet();
      IntStream.range(0, op.support().shape().size())
          .filter(i -> i % 7 == 0 && keeps(op.support(), i))
          .forEach(kept::set);
      pruned =
          pruned.withSupports(Map.of(op.name(), new Support.Explicit(op.support().shape(), kept)));
    }
    return pruned;
  }

  private static boolean keeps(Support support, int index) {
    int window = support.shape().window();
    int width = support.shape().kernelWidth();
    int size = support.shape().filterSize();
    return support.keeps(
        index / size, index % size / window, index % window / width, index % width);
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void theZooHasTheLogitsOfOurEngine(NetworkSpec network) throws Exception {
    assertSameLogits(model(network, 1), List.of(PLAIN, FOLDED, GROUPED));
  }

  @ParameterizedTest
  @EnumSource(RandomNetworks.Kind.class)
  void randomNetworksHaveTheLogitsOfOurEngine(RandomNetworks.Kind kind) throws Exception {
    for (int seed = 1; seed <= 5; seed++) {
      assertSameLogits(
          model(new RandomNetworks(seed).network(kind), seed),
          List.of(PLAIN, NORMALIZED_OUTSIDE, FOLDED, GROUPED));
    }
  }

  @Test
  void everySscLayerIsGrouped() {
    NetworkSpec network = ssc();
    long grouped =
        network.weighted().stream()
            .filter(
                op ->
                    ChannelGroups.ofClasses(ParameterLayout.of(network).support(op.name()))
                        .isPresent())
            .count();
    assertThat(grouped).isGreaterThan(10);
  }

  static Stream<Arguments> pinned() {
    return Stream.of(
        Arguments.of(PLAIN, "23e61e358d4ef341593c618facee963009b03f4959c061ea638930c4da378e9b"),
        Arguments.of(
            NORMALIZED_OUTSIDE, "d3c69ee54cc76b581fc1ace87c9468498fcb6035fb459b4744da8a91a1eeb03f"),
        Arguments.of(FOLDED, "9d2417cfcbc376633f8ef345337ac40e91ca7d23220f2b624238c088f41ada27"),
        Arguments.of(GROUPED, "e9ba90352d51a67c7e6a1623d0909d4ffacb095e30ddff037d84f49770c6df36"));
  }

  /**
   * Kind: an order that each start of the JVM has another of. All but the version of what wrote it.
   */
  @ParameterizedTest
  @MethodSource("pinned")
  void equalModelsGiveEqualBytesInEveryProcess(OnnxForm form, String sha256) throws Exception {
    byte[] file = bytes(model(ssc(), 3), form);
    byte[] anyVersion =
        Onnx.ModelProto.parseFrom(file).toBuilder().clearProducerVersion().build().toByteArray();

    byte[] digest = MessageDigest.getInstance("SHA-256").digest(anyVersion);
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    for (NetworkSpec network :
        List.of(ssc(), unstructured(ModelZoo.named("mobilenetv2", SMALL, CLASSES, 0.5)))) {
      PortableModel model = model(network, 3);
      for (OnnxForm form : List.of(PLAIN, NORMALIZED_OUTSIDE)) {
        PortableModel read = read(bytes(model, form));
        assertThat(read.network()).isEqualTo(network);
        assertThat(read.parameters()).isEqualTo(model.parameters());
        assertThat(read.classes()).isEqualTo(model.classes());
        assertThat(read.normalization()).isEqualTo(model.normalization());
      }
    }
  }

  @Test
  void aFileThatCallsTheStdDeviationIsRead() throws IOException {
    PortableModel model = model(ssc(), 6);
    Onnx.ModelProto.Builder former = Onnx.ModelProto.parseFrom(bytes(model, PLAIN)).toBuilder();
    former.getMetadataPropsBuilderList().stream()
        .filter(entry -> entry.getKey().equals("ssc-spark.std"))
        .forEach(entry -> entry.setKey("ssc-spark.deviation"));
    assertThat(read(former.build().toByteArray()).normalization()).isEqualTo(model.normalization());
  }

  @Test
  void sparseWeightsMakeASmallerFile() throws IOException {
    PortableModel model = model(ssc(), 4);
    assertThat(bytes(model, NORMALIZED_OUTSIDE).length)
        .isLessThan(bytes(model, PLAIN).length * 3 / 5);
  }

  /** As one that {@link OnnxNetwork} has no method for. */
  @Test
  void anOperatorWithoutAnOnnxFormIsRefused() {
    OnnxNetwork network = new OnnxNetwork(model(ssc(), 7), PLAIN);
    assertThatThrownBy(() -> network.channelwise(new Op.Relu("act", "conv"), List.of("conv")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "resnet20 has no ONNX form here: act is a Relu; export --npz writes its parameters");
  }

  @Test
  void formsThatCannotBeReadAreNamed() throws IOException {
    byte[] folded = bytes(model(ssc(), 5), FOLDED);
    assertThatThrownBy(() -> read(folded))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("model.onnx has no stem.conv.weight")
        .hasMessageContaining("--batch-norm kept");
    assertThatThrownBy(() -> read(new byte[] {1, 2, 3}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("model.onnx is no ONNX file");
    assertThatThrownBy(() -> read(new byte[0]))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("was not written by 'export --onnx'")
        .hasMessageContaining("give its weights to 'train --from', as an npz file");
  }

  /** Kind: files that another program has written again, with values where ONNX lets them be. */
  @Test
  void valuesAreReadWhereverTheFileHasThem() throws IOException {
    PortableModel model = model(ssc(), 8);
    for (OnnxForm form : List.of(PLAIN, NORMALIZED_OUTSIDE)) {
      for (String ending : List.of("", ".weight", ".bias")) {
        byte[] other =
            changed(
                bytes(model, form),
                tensor -> {
                  if (tensor.getName().endsWith(ending)) {
                    asNumbers(tensor);
                  }
                });
        assertThat(read(other).parameters()).isEqualTo(model.parameters());
      }
    }
  }

  private static void asNumbers(Onnx.TensorProto.Builder tensor) {
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    tensor.clearRawData();
    while (bytes.hasRemaining()) {
      if (tensor.getDataType() == Onnx.TensorProto.DataType.INT64_VALUE) {
        tensor.addInt64Data(bytes.getLong());
      } else {
        tensor.addFloatData(bytes.getFloat());
      }
    }
  }

  /** Kind: damage to one tensor or list, of which the rest of the file knows nothing. */
  @Test
  void whatIsNotWholeIsNamed() throws IOException {
    byte[] dense = bytes(model(ssc(), 8), PLAIN);
    String weights = "stem.conv.weight";
    assertRefused(
        dense,
        weights,
        tensor -> tensor.setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL).clearRawData(),
        "model.onnx: stem.conv.weight has its values in a file beside it; export the model again");
    for (String name : List.of(weights, "stem.norm.scale")) {
      assertRefused(
          dense, name, Onnx.TensorProto.Builder::clearRawData, name + " has 0 values, its shape");
      assertRefused(
          dense, name, tensor -> tensor.setRawData(cut(tensor, 4)), " bytes, its shape needs ");
      assertRefused(
          dense, name, tensor -> tensor.setRawData(cut(tensor, 1)), " bytes, its shape needs ");
      assertRefused(
          dense,
          name,
          tensor -> tensor.setRawData(tensor.getRawData().concat(tensor.getRawData())),
          " bytes, its shape needs ");
    }
    byte[] sparse = bytes(model(ssc(), 8), NORMALIZED_OUTSIDE);
    String indices = "stage1.block1.conv1.weight.indices";
    for (long place : new long[] {-1, 1L << 40, Long.MAX_VALUE}) {
      assertRefused(
          sparse,
          indices,
          tensor -> {
            asNumbers(tensor);
            tensor.setInt64Data(1, place);
          },
          "indices of stage1.block1.conv1.weight must ascend and be below 2304, and number 1 is "
              + place);
    }
    assertRefused(
        sparse,
        indices,
        tensor -> {
          asNumbers(tensor);
          tensor.setInt64Data(1, tensor.getInt64Data(0));
        },
        "must ascend");
    assertRefused(
        sparse,
        indices,
        tensor -> tensor.setRawData(cut(tensor, 8)).setDims(0, tensor.getDims(0) - 1),
        " values, where each value has one");
    assertRefused(
        sparse,
        indices,
        tensor -> tensor.setDataType(Onnx.TensorProto.DataType.INT32_VALUE),
        "are no 64-bit integers");
    assertRefused(dense, weights, tensor -> tensor.setDims(0, 1L << 40), "no lengths of an array");
    for (String key : List.of("ssc-spark.classes", "ssc-spark.mean", "ssc-spark.std")) {
      Onnx.ModelProto.Builder one = Onnx.ModelProto.parseFrom(dense).toBuilder();
      one.getMetadataPropsBuilderList().stream()
          .filter(entry -> entry.getKey().equals(key))
          .forEach(entry -> entry.setValue("[\"1\"]"));
      assertThatThrownBy(() -> read(one.build().toByteArray()))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("model.onnx: metadata " + key + " has 1 values where its network");
    }
  }

  private static ByteString cut(Onnx.TensorProto.Builder tensor, int bytes) {
    return tensor.getRawData().substring(0, tensor.getRawData().size() - bytes);
  }

  private static void assertRefused(
      byte[] file, String name, Consumer<Onnx.TensorProto.Builder> change, String words)
      throws IOException {
    byte[] other =
        changed(
            file,
            tensor -> {
              if (tensor.getName().equals(name)) {
                change.accept(tensor);
              }
            });
    assertThat(Arrays.equals(other, file)).isFalse();
    assertThatThrownBy(() -> read(other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("model.onnx: ")
        .hasMessageContaining(words);
  }

  /** A file with other constants. */
  private static byte[] changed(byte[] file, Consumer<Onnx.TensorProto.Builder> change)
      throws IOException {
    Onnx.ModelProto.Builder model = Onnx.ModelProto.parseFrom(file).toBuilder();
    model.getGraphBuilder().getInitializerBuilderList().forEach(change);
    for (Onnx.SparseTensorProto.Builder sparse :
        model.getGraphBuilder().getSparseInitializerBuilderList()) {
      change.accept(sparse.getValuesBuilder());
      change.accept(sparse.getIndicesBuilder());
    }
    return model.build().toByteArray();
  }

  private static NetworkSpec ssc() {
    return SscDesign.apply(
        ModelZoo.named("resnet20", SMALL, CLASSES, 1), 0.1, SscSettings.of(DensityProfile.UNIFORM));
  }

  private static PortableModel model(NetworkSpec network, long seed) {
    int channels = network.input().channels();
    return new PortableModel(
        network,
        new RandomNetworks(seed).parameters(network),
        IntStream.range(0, network.classes()).mapToObj(c -> "class " + c).toList(),
        new Normalization(
            IntStream.range(0, channels).mapToObj(c -> 100.0 + c).toList(),
            channels == 1 ? List.of(0.0) : Collections.nCopies(channels, 61.5)));
  }

  private static byte[] bytes(PortableModel model, OnnxForm form) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxFile.write(model, form, out);
    return out.toByteArray();
  }

  private static PortableModel read(byte[] file) throws IOException {
    return OnnxFile.read(new ByteArrayInputStream(file), "model.onnx");
  }

  private static void assertSameLogits(PortableModel model, List<OnnxForm> forms)
      throws IOException, OrtException {
    float[] images = new RandomNetworks(9).images(model.network(), IMAGES);
    float[] ours = ours(model.network(), model.parameters(), images);
    for (OnnxForm form : forms) {
      float[] input =
          form.normalization() == OnnxForm.Normalization.INSIDE ? pixels(model, images) : images;
      float[] theirs = theirs(bytes(model, form), model.network().input(), input);
      double largest =
          IntStream.range(0, ours.length).mapToDouble(i -> Math.abs(ours[i])).max().orElse(0);
      double difference =
          IntStream.range(0, ours.length)
              .mapToDouble(i -> Math.abs(ours[i] - theirs[i]))
              .max()
              .orElse(0);
      assertThat(theirs).hasSameSizeAs(ours);
      assertThat(difference / largest).as("%s %s", model.network().name(), form).isLessThan(1e-4);
    }
  }

  private static float[] pixels(PortableModel model, float[] images) {
    FeatureShape shape = model.network().input();
    int plane = shape.height() * shape.width();
    float[] pixels = new float[images.length];
    for (int i = 0; i < images.length; i++) {
      int channel = i / plane % shape.channels();
      double std = model.normalization().std().get(channel);
      pixels[i] =
          (float) (images[i] * (std == 0 ? 1 : std) + model.normalization().mean().get(channel));
    }
    return pixels;
  }

  private static float[] ours(NetworkSpec network, float[] parameters, float[] images) {
    try (Replica replica = Engines.create(Engines.AUTO, 1).replica(network, IMAGES)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      float[] input = replica.newInput();
      replica.inputLayout().fill(images, IMAGES, input);
      float[] logits = new float[IMAGES * network.classes()];
      replica.forward(input, IMAGES, BatchNormMode.RUNNING, logits);
      return logits;
    }
  }

  private static float[] theirs(byte[] file, FeatureShape shape, float[] images)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(file, options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  environment,
                  FloatBuffer.wrap(images),
                  new long[] {IMAGES, shape.channels(), shape.height(), shape.width()});
          OrtSession.Result result =
              session.run(Map.of(session.getInputNames().iterator().next(), input))) {
        OnnxTensor logits = (OnnxTensor) result.get(OnnxNetwork.LOGITS).orElseThrow();
        float[] values = new float[logits.getFloatBuffer().remaining()];
        logits.getFloatBuffer().get(values);
        return values;
      }
    }
  }
}
