package org.sscspark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.report.Progress;
import org.sscspark.search.Budget;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Standing;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.sweep.Sweep;
import org.sscspark.spark.sweep.SweepJob;
import org.sscspark.spark.sweep.SweepResult;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.trial.TrialData;

/** What docs/sweeps.md shows of sweeps in code: it compiles, and does what the page says. */
@ExtendWith(LocalSpark.class)
class SweepInCodeTest {
  @TempDir private Path folder;

  private static SweepResult example(
      JavaSparkContext spark, String config, URI training, URI validation, URI out)
      throws IOException, InterruptedException {
    Experiment experiment =
        Settings.load(Optional.of(config), List.of("train.epochs=9")).bind(Experiment.class);
    Space space =
        Space.builder()
            .logUniform("train.learning-rate", 0.01, 1)
            .choice("method", "ssc", "dense")
            .choice("density", 0.25, 0.5)
            .when("method", "ssc")
            .build();
    Sweep sweep =
        Sweep.of(
            experiment,
            space,
            SearchObjective.maximize("validation-accuracy"),
            new SuccessiveHalving(1, 3),
            Budget.trials(12));
    TrialData data = TrialData.at(spark.hadoopConfiguration(), training, validation);
    SweepResult result = SweepJob.run(spark, sweep, data, out, Progress.SILENT);
    Standing best = result.best().orElseThrow();
    Experiment winner = sweep.at(best.point());
    assertThat(best.epochs()).isEqualTo(9);
    assertThat(winner.train().learningRate()).isBetween(0.01, 1.0);
    return result;
  }

  @Test
  void sweepsAsThePageSays(JavaSparkContext spark) throws IOException, InterruptedException {
    Path config = folder.resolve("tiny.conf");
    Files.write(config, Experiments.TINY.stream().map(line -> line + "\n").toList());
    Files.writeString(config, Files.readString(config) + "averaging.workers = 1\n");
    SweepResult result =
        example(
            spark,
            config.toString(),
            TinyData.write(folder.resolve("train"), 24),
            TinyData.write(folder.resolve("validation"), 12),
            Location.of(folder.resolve("out").toString()));
    assertThat(result.standings()).hasSize(12);
    assertThat(result.standings())
        .allMatch(
            one ->
                one.point().value("density").isPresent()
                    == one.point().value("method").equals(Optional.of("ssc")));
    assertThat(folder.resolve("out/sweep.html")).isNotEmptyFile();
  }

  @Test
  void thePageShowsThisVeryCode() throws IOException {
    List<String> shown =
        code(Files.readString(Path.of("..", "docs", "sweeps.md")).split("```java\n", 2)[1])
            .takeWhile(line -> !line.equals("```"))
            .toList();
    List<String> compiled =
        code(Files.readString(
                Path.of("src", "test", "java")
                    .resolve(SweepInCodeTest.class.getName().replace('.', '/') + ".java")))
            .toList();
    assertThat(shown).hasSizeGreaterThan(15);
    assertThat(Collections.indexOfSubList(compiled, shown)).isPositive();
  }

  private static java.util.stream.Stream<String> code(String text) {
    return text.lines().map(String::strip);
  }
}
