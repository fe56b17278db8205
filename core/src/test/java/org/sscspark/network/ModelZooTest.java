package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;

class ModelZooTest {
  /**
   * Counts of the public reference implementations; MACs in millions, to the digits known. Sources:
   * GraSP (VGG-19, ResNet-32 x2), open_lth and Synaptic-Flow (VGG-11/16, ResNet-18/20/32), FORCE
   * (ResNet-50 with 3x3 stem), torchvision (ResNet-50, MobileNetV2), kuangliu (MobileNetV2, CIFAR).
   */
  @ParameterizedTest
  @CsvSource({
    "vgg19, 1, 32, 10, 17, 20024000, 20035018, 398.1",
    "vgg19, 1, 32, 100, 17, 20070080, 20081188, 398.2",
    "vgg19, 1, 64, 200, 17, 20121280, 20132488, 1592.6",
    "vgg16, 1, 32, 10, 14, 14715584, 14728266, 313.2",
    "vgg16, 1, 32, 100, 14, 14761664, 14774436, 313.2",
    "vgg11, 1, 32, 10, 9, 9222848, 9231114, 152.8",
    "resnet32, 2, 32, 10, 34, 1855584, 1860522, 275.6",
    "resnet32, 2, 32, 100, 34, 1867104, 1872132, 275.6",
    "resnet32, 2, 64, 200, 34, 1879904, 1885032, 1102.5",
    "resnet32, 1, 32, 10, 34, 464432, 466906, 69.1",
    "resnet20, 1, 32, 10, 22, 270896, 272474, 40.8",
    "resnet18, 1, 32, 10, 21, 11164352, 11173962, 555",
    "resnet18, 1, 32, 100, 21, 11210432, 11220132, 555",
    "resnet18, 1, 64, 200, 21, 11261632, 11271432, 2222",
    "resnet50, 1, 32, 10, 54, 23467712, 23520842, 1298",
    "resnet50, 1, 32, 100, 54, 23652032, 23705252, 1298",
    "resnet50, 1, 64, 200, 54, 23856832, 23910152, 5192",
    "resnet50, 1, 224, 1000, 54, 25502912, 25557032, 4089",
    "mobilenetv2, 1, 32, 10, 58, 2261824, 2296922, 91.2",
    "mobilenetv2, 1, 224, 1000, 53, 3469760, 3504872, 300.8"
  })
  void hasTheCountsOfTheLiterature(
      String name,
      double width,
      int side,
      int classes,
      int layers,
      long prunable,
      long parameters,
      String megaMacs) {
    NetworkSpec network = ModelZoo.named(name, new FeatureShape(3, side, side), classes, width);

    long macs = 0;
    for (Op.Weighted op : network.weighted()) {
      FeatureShape output = network.shapes().get(op.name());
      macs += (long) output.height() * output.width() * op.prunable();
    }
    int digits = megaMacs.contains(".") ? 1 : 0;
    assertThat(network.weighted()).hasSize(layers);
    assertThat(network.weighted().stream().mapToLong(Op.Weighted::prunable).sum())
        .isEqualTo(prunable);
    assertThat(ParameterLayout.of(network).trainableCount()).isEqualTo(parameters);
    assertThat(String.format(Locale.ROOT, "%." + digits + "f", macs / 1e6)).isEqualTo(megaMacs);
    assertThat(network.classes()).isEqualTo(classes);
  }

  @Test
  void namesLayersByStageAndBlock() {
    NetworkSpec network = ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 1);

    assertThat(network.weighted())
        .extracting(Op::name)
        .startsWith("stem.conv", "stage1.block1.conv1", "stage1.block1.conv2")
        .contains("stage2.block1.shortcut.conv", "stage3.block3.conv2")
        .endsWith("classifier");
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "3, 8", "1, 28", "3, 64"})
  void convnetTakesSmallImagesOfOneOrThreeChannels(int channels, int side) {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(channels, side, side), 7, 1);

    assertThat(network.classes()).isEqualTo(7);
    assertThat(network.weighted()).hasSize(4);
  }

  @Test
  void everyNameMakesANetwork() {
    for (String name : ModelZoo.names()) {
      assertThat(ModelZoo.named(name, new FeatureShape(3, 32, 32), 10, 0.5).name()).isEqualTo(name);
    }
  }

  @Test
  void refusesUnknownNamesWidthsAndImagesTooSmall() {
    FeatureShape tiny = new FeatureShape(3, 4, 4);
    assertThatThrownBy(() -> ModelZoo.named("resnet21", tiny, 10, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Unknown model 'resnet21'; known are convnet, resnet20");
    assertThatThrownBy(() -> ModelZoo.named("vgg16", tiny, 10, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Model vgg16 does not fit images of 3x4x4: ");
    assertThatThrownBy(() -> new ModelSettings("vgg16", 0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("model.width is 0.0");
  }
}
