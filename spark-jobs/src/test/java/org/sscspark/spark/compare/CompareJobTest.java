package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.config.Location;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.Method;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.compare.ComparisonPlan.CellKey;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.TrialData;

@ExtendWith(LocalSpark.class)
class CompareJobTest {
  @TempDir private Path folder;
  private TrialData data;
  private ComparisonPlan plan;

  @BeforeEach
  void shard(JavaSparkContext spark) throws IOException {
    data =
        TrialData.at(
            spark.hadoopConfiguration(),
            TinyData.write(folder.resolve("train"), 53),
            TinyData.write(folder.resolve("test"), 20));
    plan = plan(List.of(Method.DENSE, Method.SSC, new Method("random-erk")), List.of(1L, 2L));
  }

  private ComparisonPlan plan(List<Method> methods, List<Long> seeds) {
    return plan(methods, seeds, Equal.PARAMETERS);
  }

  private ComparisonPlan plan(List<Method> methods, List<Long> seeds, Equal equal) {
    return ComparisonPlan.of(
        Experiments.tiny("averaging.workers=1", "pruning.chunk=16"),
        new ComparisonSettings(methods, List.of(0.5), equal, seeds, RunMode.IN_TASK),
        2,
        ImageSet.of(data.training().manifest()),
        ImageSet.of(data.test().manifest()));
  }

  /** Stops the driver in the middle, as far as one JVM can show it. */
  private static Progress dyingAfterEpochs(int epochs) {
    return (name, total, unit) ->
        new Progress.Stage() {
          @Override
          public void at(long done, String detail) {
            if (done >= epochs) {
              throw new IllegalStateException("killed");
            }
          }

          @Override
          public void close() {}
        };
  }

  @ParameterizedTest
  @EnumSource
  void aComparisonThatWasInterruptedEndsInTheSameTables(Equal equal, JavaSparkContext spark)
      throws Exception {
    plan =
        plan(List.of(Method.DENSE, Method.SSC, new Method("random-erk")), List.of(1L, 2L), equal);
    URI whole = Location.of(folder.resolve("whole").toString());
    URI broken = Location.of(folder.resolve("broken").toString());
    CompareJob.run(spark, plan, data, whole, Progress.SILENT);
    assertThatThrownBy(() -> CompareJob.run(spark, plan, data, broken, dyingAfterEpochs(5)))
        .hasMessage("killed");
    Comparison partly =
        CompareJob.report(
            spark.hadoopConfiguration(),
            ComparisonFolder.existing(spark.hadoopConfiguration(), broken));
    assertThat(partly.isComplete()).isFalse();
    assertThat(Path.of(broken).resolve("comparison.html"))
        .content()
        .contains("are done")
        .contains("50 % asked");
    Comparison resumed = CompareJob.run(spark, plan, data, broken, Progress.SILENT);
    assertThat(resumed.isComplete()).isTrue();
    for (String table : List.of("comparison.csv", "trials.csv", "differences.csv")) {
      assertThat(Path.of(broken).resolve(table))
          .hasSameBinaryContentAs(Path.of(whole).resolve(table));
    }
  }

  @Test
  void moreSeedsExtendAComparisonAndMeansAreOverAllOfThem(JavaSparkContext spark) throws Exception {
    URI out = Location.of(folder.resolve("out").toString());
    Comparison first =
        CompareJob.run(spark, plan(List.of(Method.SSC), List.of(1L)), data, out, Progress.SILENT);
    Comparison second =
        CompareJob.run(
            spark, plan(List.of(Method.SSC), List.of(1L, 2L)), data, out, Progress.SILENT);
    Cell one = first.cells().get(0);
    Cell two = second.cells().get(0);
    assertThat(one.key()).isEqualTo(new CellKey(Method.SSC, 0.5));
    assertThat(two.trials().get(0)).isEqualTo(one.trials().get(0));
    double a = two.trials().get(0).lastAccuracy().orElseThrow();
    double b = two.trials().get(1).lastAccuracy().orElseThrow();
    assertThat(two.lastAccuracy().mean()).isEqualTo((a + b) / 2);
    assertThat(two.lastAccuracy().deviation())
        .isCloseTo(Math.abs(a - b) / Math.sqrt(2), within(1e-12));
    assertThat(Files.readString(Path.of(out).resolve("comparison.csv")).lines()).hasSize(2);
  }

  @Test
  void atEqualMacsEveryMethodCostsWhatSscDoes(JavaSparkContext spark) throws Exception {
    URI out = Location.of(folder.resolve("out").toString());
    ComparisonPlan equal =
        plan(
            List.of(
                Method.SSC,
                new Method("random-erk"),
                new Method("random-uniform"),
                new Method("snip")),
            List.of(1L),
            Equal.MACS);
    ComparisonPreview preview = ComparisonPreview.of(spark.hadoopConfiguration(), out, equal, 2);
    assertThat(preview.text()).contains("random-erk-0.5-equal-macs-s1", "that are to cost so many");
    Comparison result = CompareJob.run(spark, equal, data, out, Progress.SILENT);
    assertThat(result.failures()).isEmpty();
    double budget = result.cells().get(0).macs().mean();
    for (Cell cell : result.cells()) {
      assertThat(cell.macs().mean() / budget).isBetween(0.99, 1.01);
    }
    assertThat(result.cells().get(2).parameters()).isNotEqualTo(result.cells().get(0).parameters());
  }

  @Test
  void publishedNumbersStandBesideTheirOwnSettingOnly() {
    List<String> classes =
        List.of(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck");
    ImageSet cifar10 = new ImageSet("c10", 50_000, "00", new FeatureShape(3, 32, 32), classes);
    ComparisonPlan vgg16 =
        ComparisonPlan.of(
            Experiments.tiny("averaging.workers=1", "model.name=vgg16"),
            plan.settings(),
            1,
            cifar10,
            cifar10);
    assertThat(PublishedResult.of(vgg16, new CellKey(new Method("synflow"), 0.1)))
        .hasValueSatisfying(
            one -> {
              assertThat(one.bestAccuracy().mean()).isBetween(0.932, 0.934);
              assertThat(one.source()).contains("Synaptic-Flow");
            });
    assertThat(PublishedResult.of(vgg16, new CellKey(new Method("synflow"), 0.05))).isEmpty();
    assertThat(PublishedResult.of(vgg16, new CellKey(Method.SSC, 0.1))).isEmpty();
    assertThat(PublishedResult.of(plan, new CellKey(new Method("synflow"), 0.1))).isEmpty();
    assertThat(PublishedResult.all()).hasSizeGreaterThan(400);
  }
}
