package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class NetworkJsonTest {
  private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);

  @Test
  void everyModelComesBackEqual() {
    for (String name : ModelZoo.names()) {
      NetworkSpec dense = ModelZoo.named(name, CIFAR, 10, 1);
      NetworkSpec sparse = SscDesign.apply(dense, 0.1, SscSettings.of(DensityProfile.ERK));

      assertThat(NetworkJson.read(NetworkJson.write(dense))).isEqualTo(dense);
      assertThat(NetworkJson.read(NetworkJson.write(sparse))).isEqualTo(sparse);
    }
  }

  @Test
  void everyOperatorComesBackEqual() {
    NetworkSpec network =
        new NetworkSpec(
            "all \"operators\"",
            new FeatureShape(2, 9, 9),
            List.of(
                new Op.Convolution(
                    "c", "input", Support.dense(new WeightShape(4, 2, 3, 5)), 2, 3, true, 1),
                new Op.BatchNorm("b", "c", 4, 1.0e-3f, 0.3f),
                new Op.Relu("r", "b"),
                new Op.Add("a", "r", "c"),
                new Op.MaxPool("m", "a", 3, 2, 1),
                new Op.AveragePool("v", "m", 2, 1),
                new Op.GlobalAveragePool("g", "v"),
                new Op.FullyConnected("f", "g", Support.dense(new WeightShape(3, 4, 1, 1)), true)));

    assertThat(NetworkJson.read(NetworkJson.write(network))).isEqualTo(network);
  }

  /** As this project wrote it before a support's shape was part of it. */
  @Test
  void readsTheFormatOfOldCheckpoints() throws IOException {
    String old;
    try (InputStream in = getClass().getResourceAsStream("network-format-1.json")) {
      old = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    BitSet kept = BitSet.valueOf(new long[] {1 | 1 << 5 | 1 << 7 | 1 << 11});
    SscPattern pattern =
        new SscPattern(
            List.of(KernelType.ODD, KernelType.POINT, KernelType.EVEN, KernelType.ZERO),
            1,
            2,
            1,
            2);
    NetworkSpec network =
        new NetworkSpec(
            "all operators",
            new FeatureShape(4, 9, 9),
            List.of(
                new Op.Convolution(
                    "sparse",
                    "input",
                    new Support.Patterned(new WeightShape(6, 4, 3, 3), pattern),
                    2,
                    3,
                    true),
                new Op.BatchNorm("norm", "sparse", 6, 1.0e-3f, 0.3f),
                new Op.Relu("relu", "norm"),
                new Op.Add("add", "relu", "sparse"),
                new Op.Convolution(
                    "depthwise",
                    "add",
                    new Support.Patterned(new WeightShape(6, 6, 3, 3), SscPattern.depthwise(6, 1)),
                    1,
                    1,
                    false,
                    6),
                new Op.MaxPool("max", "depthwise", 3, 2, 1),
                new Op.AveragePool("mean", "max", 2, 1),
                new Op.GlobalAveragePool("global", "mean"),
                new Op.FullyConnected(
                    "classifier",
                    "global",
                    new Support.Explicit(new WeightShape(2, 6, 1, 1), kept),
                    true)));

    assertThat(NetworkJson.read(old)).isEqualTo(network);
    assertThat(NetworkJson.read(NetworkJson.write(network))).isEqualTo(network);
  }

  @Test
  void unstructuredSupportsComeBackEqualAndCompressed() {
    NetworkSpec dense = ModelZoo.named("vgg11", CIFAR, 10, 0.5);
    WeightShape shape = dense.weighted().get(4).support().shape();
    RandomStream stream = RandomStream.of(1, Purpose.PRUNING_SCORE);
    BitSet kept = new BitSet();
    for (int i = 0; i < shape.size(); i++) {
      kept.set(i, stream.nextInt(50) == 0);
    }
    NetworkSpec pruned =
        dense.withSupports(
            Map.of(dense.weighted().get(4).name(), new Support.Explicit(shape, kept)));

    String json = NetworkJson.write(pruned);

    assertThat(NetworkJson.read(json)).isEqualTo(pruned);
    assertThat(json.length() - NetworkJson.write(dense).length())
        .as("below half a bit a weight")
        .isLessThan(shape.size() / 16);
  }

  @Test
  void aPatternTakesAFewNumbers() {
    NetworkSpec sparse =
        SscDesign.apply(
            ModelZoo.named("resnet20", CIFAR, 10, 1), 0.1, SscSettings.of(DensityProfile.UNIFORM));

    assertThat(NetworkJson.write(sparse)).contains("\"slots\":\"OPZ").hasSizeLessThan(15_000);
  }

  @Test
  void refusesWhatIsNoNetwork() {
    String json = NetworkJson.write(ModelZoo.named("convnet", CIFAR, 10, 1));

    assertThatThrownBy(() -> NetworkJson.read("{"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Network description cannot be read: ");
    assertThatThrownBy(() -> NetworkJson.read("{}"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Network description has no 'format' where it is needed");
    assertThatThrownBy(() -> NetworkJson.read(json.replace("\"relu\"", "\"gelu\"")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Network description has an unknown operator 'gelu' at stem.relu");
    assertThatThrownBy(() -> NetworkJson.read(json.replace("\"format\":2", "\"format\":3")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Network description has format 3; this version reads 1 to 2");
    assertThatThrownBy(() -> NetworkJson.read(json.replace("\"stride\":1,", "")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at stem.conv")
        .hasMessageContaining("'stride'");
    assertThatThrownBy(() -> NetworkJson.read(json.replace("\"stride\":1,", "\"stride\":1.5,")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at stem.conv");
    assertThatThrownBy(
            () -> NetworkJson.read(json.replace("\"stride\":1,", "\"stride\":1,\"dilation\":2,")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Network description has 'dilation', which nothing uses, at stem.conv");
    assertThatThrownBy(() -> NetworkJson.read(json.replace("\"stride\":1,", "\"stride\":0,")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("stride 0 must be positive");
  }
}
