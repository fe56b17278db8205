package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.network.NetworkSummary;

class NpbTest {
  @ParameterizedTest
  @CsvSource({
    "convnet, 0.5, 0.2",
    "convnet, 0.5, 0.05",
    "resnet20, 0.5, 0.1",
    "resnet20, 0.5, 0.03",
    "vgg11, 0.25, 0.05",
    "mobilenetv2, 0.5, 0.2"
  })
  void keepsErksCountsAllOnPathsOfWhichThereAreMoreThanRandomHas(
      String model, double width, double density) {
    String[] settings = {"model.name=" + model, "model.width=" + width};
    DesignedNetwork npb = ErkPlusTest.designed("npb", density, settings);
    DesignedNetwork random = ErkPlusTest.designed("random-erk", density, settings);
    assertThat(kept(npb)).isEqualTo(kept(random));
    NetworkSummary balanced = NetworkSummary.of(npb.network());
    NetworkSummary chance = NetworkSummary.of(random.network());
    assertThat(balanced.effective()).isEqualTo(balanced.kept());
    assertThat(balanced.log10Paths()).isGreaterThan(chance.log10Paths());
    assertThat(ErkPlusTest.designed("npb", density, settings).network()).isEqualTo(npb.network());
  }

  private static List<Integer> kept(DesignedNetwork designed) {
    return designed.report().orElseThrow().layers().stream()
        .map(PruningReport.Layer::kept)
        .toList();
  }
}
