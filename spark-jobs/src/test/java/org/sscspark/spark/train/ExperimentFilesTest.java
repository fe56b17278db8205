package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.Settings;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.PruningMethod;
import org.sscspark.spark.compare.ComparisonPlan;
import org.sscspark.spark.compare.ComparisonSettings;
import org.sscspark.spark.sweep.SlotDefaults;
import org.sscspark.spark.sweep.Sweep;
import org.sscspark.spark.trial.ImageSet;

/** The experiments and sweeps that come with the project. */
class ExperimentFilesTest {
  static List<Path> files() throws IOException {
    return files("experiments");
  }

  static List<Path> sweeps() throws IOException {
    return files("sweeps");
  }

  private static List<Path> files(String kind) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf", kind))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void areExperiments(Path file) {
    Experiment experiment =
        Settings.load(Optional.of(file.toString()), List.of()).bind(Experiment.class);
    assertThat(experiment.withWorkers(8).rounds(50_000).rounds(0)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void areSweeps(Path file) {
    Sweep sweep =
        Sweep.read(Settings.load(Optional.of(file.toString()), List.of()), SlotDefaults.of(2));
    assertThat(sweep.search().space().keys()).isNotEmpty();
  }

  /** Kind: a list that stays behind what there is. */
  @Test
  void theDefaultsNameAllMethods() throws IOException {
    String text = Files.readString(Path.of("src/main/resources/ssc-defaults.conf"));
    String comment =
        text.split("# How a network's weights are chosen", 2)[1].split("\nmethod", 2)[0];
    assertThat(Method.all())
        .extracting(Method::definition)
        .filteredOn(method -> method.getClass().getName().startsWith("org.sscspark.pruning"))
        .extracting(PruningMethod::name)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(comment).containsPattern("[ ,]" + name + "[,:\n ]"));
  }

  @Test
  void variantsOfSscDifferFromItAndFromEachOther() {
    Settings settings =
        Settings.load(
            Optional.of("../conf/experiments/cifar10-resnet20-ssc-variants.conf"), List.of());
    ImageSet images =
        new ImageSet("c10", 50_000, "00", new FeatureShape(3, 32, 32), List.of("a", "b", "c"));
    ComparisonPlan plan =
        ComparisonPlan.of(
            settings.bind(Experiment.class),
            settings.bind("compare", ComparisonSettings.class),
            2,
            images,
            images);
    assertThat(plan.cells()).hasSize(8);
  }
}
