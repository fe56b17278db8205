package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.Settings;

/** The experiments that come with the project. */
class ExperimentFilesTest {
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/experiments"))) {
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
}
