package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.Method;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.training.MetricsJson;

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
        new ComparisonSettings(
            methods, Map.of(), List.of(0.5), equal, Optional.empty(), seeds, RunMode.IN_TASK),
        2,
        ImageSet.of(data.training().manifest()),
        ImageSet.of(data.test().manifest()));
  }

  /** Stops the driver in the middle, as far as one JVM can show it. */
  private static Progress dyingAfterEpochs(int epochs) {
    return (name, total, unit) ->
        new Progress.Stage() {
          @Override
          public void at(long done, Supplier<String> detail, Supplier<List<String>> lines) {
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
    boolean steps = equal == Equal.STEP_SECONDS;
    List<Method> methods =
        List.of(
            Method.DENSE,
            Method.SSC,
            new Method("random-erk"),
            new Method(steps ? "random-uniform" : "fine-tune"));
    plan = plan(methods, List.of(1L, 2L), equal);
    URI whole = Location.of(folder.resolve("whole").toString());
    URI broken = Location.of(folder.resolve("broken").toString());
    StepClock clock =
        steps
            ? new FixedStepClock(
                subject ->
                    subject.key().isSsc() ? 2e-3 : 1e-3 + 4e-3 * subject.experiment().density())
            : new FixedStepClock(
                Map.of("dense", 4e-3, "ssc", 2e-3, "random-erk", 3e-3, "fine-tune", 2e-3));
    CompareJob.run(spark, plan, data, whole, Progress.SILENT, clock);
    assertThatThrownBy(() -> CompareJob.run(spark, plan, data, broken, dyingAfterEpochs(5), clock))
        .hasMessage("killed");
    Comparison partly =
        CompareJob.report(ComparisonFolder.existing(spark.hadoopConfiguration(), broken));
    assertThat(partly.isComplete()).isFalse();
    assertThat(new ComparisonPage(partly).markdown()).contains("Not done: ", " of 8 trials (");
    assertThat(Path.of(broken).resolve("comparison.html"))
        .content()
        .contains("are done")
        .contains("50 % asked");
    Comparison resumed =
        CompareJob.run(spark, plan, data, broken, Progress.SILENT, FixedStepClock.NEVER);
    assertThat(resumed.isComplete()).isTrue();
    for (String table : List.of("comparison.csv", "trials.csv", "differences.csv")) {
      assertThat(Path.of(broken).resolve(table))
          .hasSameBinaryContentAs(Path.of(whole).resolve(table));
    }
    assertThat(
            ComparisonPreview.of(spark.hadoopConfiguration(), broken, plan, 2).lines().stream()
                .map(ComparisonPreview.Line::state))
        .containsOnly(TrialFolder.State.DONE);
    if (steps) {
      assertThat(resumed.cells().stream().map(cell -> cell.density().mean()))
          .last(DOUBLE)
          .isCloseTo(0.25, within(0.02));
      assertThat(resumed.trials().get(4).trial().name())
          .startsWith("random-erk-0.5-equal-step-seconds-s1-");
      assertThat(ComparisonPreview.of(spark.hadoopConfiguration(), broken, plan, 2).text())
          .contains("random-erk", "2.00", "1.80 to 2.40", "longer by");
      assertThat(Path.of(broken).resolve("comparison.html"))
          .content()
          .contains("Densities for equal steps", "on a processor, engine lane");
    }
    if (equal == Equal.SECONDS) {
      assertThat(resumed.cells().stream().map(Cell::epochs)).containsExactly(1, 2, 1, 2);
      assertThat(Path.of(broken).resolve("comparison.html"))
          .content()
          .contains("Measured before the first trial of a row, on a processor, engine lane");
      assertThat(Path.of(broken).resolve("comparison.json"))
          .content()
          .contains("\"processor\" : \"a processor\"", "\"stepSeconds\" : 0.003");
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
    assertThat(two.lastAccuracy().std()).isCloseTo(Math.abs(a - b) / Math.sqrt(2), within(1e-12));
    assertThat(Files.readString(Path.of(out).resolve("comparison.csv")).lines()).hasSize(2);
  }

  /** As if on several machines: methods here, seeds there, and one trial on both. */
  @Test
  void mergedFoldersGiveTheTablesOfOneThatRanAll(JavaSparkContext spark) throws Exception {
    Configuration configuration = spark.hadoopConfiguration();
    URI whole = run(spark, "whole", plan);
    URI first = run(spark, "first", plan(List.of(Method.SSC), List.of(1L)));
    URI second = run(spark, "second", plan(List.of(Method.DENSE, Method.SSC), List.of(1L, 2L)));
    URI third = run(spark, "third", plan(List.of(new Method("random-erk")), List.of(1L, 2L)));
    URI merged = Location.of(folder.resolve("merged").toString());

    Comparison result = ComparisonMerge.run(configuration, List.of(first, second, third), merged);
    assertThat(result.isComplete()).isTrue();
    assertSameTables(merged, whole);
    for (Trial trial : plan.trials()) {
      Path place = Path.of(trial.folder(merged));
      JsonNode outcome = MetricsJson.read(Files.readString(place.resolve("result.json")));
      assertThat(outcome.path("checkpoint").asText()).startsWith("file:" + place + "/checkpoints/");
      assertThat(Path.of(URI.create(outcome.path("checkpoint").asText()))).isDirectory();
    }
    // It is a comparison as any other: nothing is left to run, and more can be merged into it.
    CompareJob.run(spark, plan, data, merged, Progress.SILENT);
    ComparisonMerge.run(configuration, List.of(third), merged);
    assertSameTables(merged, whole);
    assertThat(ComparisonMerge.leftOut(configuration, merged, result)).isEmpty();

    // Tables for a page need no copies, and are those of the merged folder.
    URI tables = Location.of(folder.resolve("tables").toString());
    String text =
        PublishedTables.write(
            configuration,
            ComparisonMerge.read(configuration, List.of(first, second, third)),
            tables);
    assertSameTables(tables, whole);
    assertThat(Path.of(tables).resolve("tables.md")).hasContent(text);
    assertThat(text)
        .contains("2 seeds, 20 test images", "**Equal weights: 50 % of the dense network's.**")
        .contains("| method | density |", "points against ssc", "| best of the others |")
        .doesNotContain("Not done", "s/epoch");
    assertThat(Path.of(tables))
        .isDirectoryContaining("glob:**/accuracy-macs.svg")
        .isDirectoryContaining("glob:**/curves-0.5.svg");
    assertThat(Path.of(tables).resolve("comparison.json"))
        .content()
        .doesNotContain("secondsPerEpoch");

    // What is further wins over what was interrupted, whichever is named first.
    URI broken = Location.of(folder.resolve("broken").toString());
    assertThatThrownBy(() -> CompareJob.run(spark, plan, data, broken, dyingAfterEpochs(3)))
        .hasMessage("killed");
    URI mended = Location.of(folder.resolve("mended").toString());
    ComparisonMerge.run(configuration, List.of(broken, merged), mended);
    assertSameTables(mended, whole);
    ComparisonMerge.run(configuration, List.of(merged), broken);
    assertSameTables(broken, whole);
  }

  /** Kind: results outlive the trials' folders, and tables are never replaced by fewer. */
  @Test
  void tablesAreAddedToWhenTheirTrialsAreGone(JavaSparkContext spark) throws Exception {
    Configuration configuration = spark.hadoopConfiguration();
    URI whole = run(spark, "whole", plan);
    URI first = run(spark, "first", plan(List.of(Method.SSC), List.of(1L)));
    URI second = run(spark, "second", plan(List.of(Method.DENSE, Method.SSC), List.of(1L, 2L)));
    URI third = run(spark, "third", plan(List.of(new Method("random-erk")), List.of(1L, 2L)));
    URI all = Location.of(folder.resolve("all").toString());
    PublishedTables.write(
        configuration, ComparisonMerge.read(configuration, List.of(first, second, third)), all);
    assertSameTables(all, whole);

    URI tables = Location.of(folder.resolve("tables").toString());
    PublishedTables.write(
        configuration, ComparisonMerge.read(configuration, List.of(first, third)), tables);
    FileUtils.deleteDirectory(Path.of(third).toFile());
    Comparison later = ComparisonMerge.read(configuration, List.of(second));
    assertThatThrownBy(() -> PublishedTables.write(configuration, later, tables))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has results of trials that this comparison has not, random-erk-0.5")
        .hasMessageContaining("add it to --merge");
    Comparison added = ComparisonMerge.read(configuration, List.of(tables, second));
    PublishedTables.write(configuration, added, tables);
    try (Stream<Path> files = Files.list(Path.of(all))) {
      for (Path file : files.filter(file -> !file.endsWith("comparison.json")).toList()) {
        assertThat(Path.of(tables).resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    assertThat(results(tables)).isEqualTo(results(all));
    // As of a first start that was killed half-way.
    URI begun = Location.of(folder.resolve("begun").toString());
    Files.createDirectory(Path.of(begun));
    Files.copy(
        Path.of(tables).resolve("comparison.json"), Path.of(begun).resolve("comparison.json"));
    PublishedTables.write(configuration, added, begun);

    Path told = Path.of(tables).resolve("comparison.json");
    String changed = Files.readString(told).replaceFirst("(\"trainLoss\" : )", "$19");
    Files.writeString(told, changed);
    assertThatThrownBy(() -> PublishedTables.write(configuration, added, tables))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has other results, then and now, of ")
        .hasMessageContaining(": loss after epoch 1 is 9");
    assertThat(told).hasContent(changed);
    Files.copy(Path.of(all).resolve("comparison.json"), told, StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> PublishedTables.write(configuration, added, second))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is the folder of a comparison");
    URI out = Location.of(folder.resolve("out").toString());
    assertThatThrownBy(() -> ComparisonMerge.run(configuration, List.of(second, tables), out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(tables + " holds tables of a comparison and not its trials");
    assertThat(Path.of(out)).doesNotExist();
  }

  /** Kind: what is compared of a trial's epochs is what tables tell of them. */
  @Test
  void tablesAndFolderOfATrialWithAMovingAverageAreMerged(JavaSparkContext spark) throws Exception {
    Configuration configuration = spark.hadoopConfiguration();
    ComparisonPlan averaged =
        ComparisonPlan.of(
            Experiments.tiny("averaging.workers=1", "train.ema.decay=0.5"),
            plan(List.of(Method.SSC), List.of(1L)).settings(),
            2,
            plan.training(),
            plan.test());
    URI one = run(spark, "one", averaged);
    URI tables = Location.of(folder.resolve("tables").toString());
    Comparison told = ComparisonMerge.read(configuration, List.of(one));
    PublishedTables.write(configuration, told, tables);
    for (List<URI> order : List.of(List.of(one, tables), List.of(tables, one))) {
      Comparison both = ComparisonMerge.read(configuration, order);
      assertThat(both.trials().get(0).epochs())
          .extracting(epoch -> epoch.at("/averageEvaluation/accuracy"))
          .isEqualTo(
              told.trials().get(0).epochs().stream()
                  .map(epoch -> epoch.at("/averageEvaluation/accuracy"))
                  .toList())
          .allMatch(JsonNode::isNumber);
    }
    Path document = Path.of(tables).resolve("comparison.json");
    ObjectNode json = (ObjectNode) MetricsJson.read(Files.readString(document));
    ObjectNode last = (ObjectNode) json.at("/trials/0/epochs/1");
    last.put("averageTestAccuracy", 2);
    Files.writeString(document, json.toString());
    assertThatThrownBy(() -> ComparisonMerge.read(configuration, List.of(tables, one)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("accuracy of the moving average on the test set after epoch 2 is 2");
    // As an older program wrote it.
    last.remove(List.of("averageTestAccuracy", "averageTestLoss"));
    Files.writeString(document, json.toString());
    for (List<URI> order : List.of(List.of(one, tables), List.of(tables, one))) {
      assertThat(ComparisonMerge.read(configuration, order).trials().get(0).epochs())
          .allMatch(epoch -> epoch.at("/averageEvaluation/accuracy").isNumber());
    }
  }

  /** What was measured; the order of methods in the plan is that in which folders were named. */
  private static JsonNode results(URI tables) throws IOException {
    ObjectNode json =
        (ObjectNode) MetricsJson.read(Files.readString(Path.of(tables).resolve("comparison.json")));
    return json.without("plan");
  }

  private URI run(JavaSparkContext spark, String name, ComparisonPlan some) throws Exception {
    URI out = Location.of(folder.resolve(name).toString());
    CompareJob.run(spark, some, data, out, Progress.SILENT);
    return out;
  }

  private static void assertSameTables(URI one, URI other) {
    for (String table : List.of("comparison.csv", "trials.csv", "differences.csv")) {
      assertThat(Path.of(one).resolve(table)).hasSameBinaryContentAs(Path.of(other).resolve(table));
    }
  }

  @Test
  void whatDoesNotBelongTogetherIsNotMerged(JavaSparkContext spark) throws Exception {
    Configuration configuration = spark.hadoopConfiguration();
    ComparisonPlan ssc = plan(List.of(Method.SSC), List.of(1L));
    URI one = run(spark, "one", ssc);
    URI other = run(spark, "other", ssc);
    URI out = Location.of(folder.resolve("out").toString());
    assertThatThrownBy(() -> ComparisonMerge.run(configuration, List.of(one), out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("give the folders of two");
    assertThatThrownBy(() -> ComparisonMerge.run(configuration, List.of(one, folder.toUri()), out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds no comparison");

    String name = ssc.trials().get(0).name();
    Path metrics = Path.of(other).resolve("trials/" + name + "/metrics/epoch-0002.jsonl");
    String line = Files.readString(metrics);
    Files.writeString(metrics, line.replaceFirst("\"loss\":", "\"loss\":1"));
    assertThatThrownBy(() -> ComparisonMerge.run(configuration, List.of(one, other), out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(name + " is in " + one)
        .hasMessageContaining("different results: loss after epoch 2 is");

    for (String setting : List.of("train.epochs=1", "train.batch=5", "averaging.frequency=3")) {
      ComparisonPlan changed =
          ComparisonPlan.of(
              Experiments.tiny("averaging.workers=1", "pruning.chunk=16", setting),
              ssc.settings(),
              2,
              ssc.training(),
              ssc.test());
      assertRefused(spark, one, changed, setting.substring(0, setting.indexOf('=')) + " was ");
    }
    ImageSet set = ssc.test();
    ImageSet images = new ImageSet(set.name(), set.examples(), "00", set.shape(), set.classes());
    assertRefused(
        spark,
        one,
        new ComparisonPlan(ssc.base(), ssc.settings(), ssc.training(), images, Optional.empty()),
        "data set for tests, SHA-256 was ");
    ImageSet seen = ssc.training();
    ImageSet flat =
        new ImageSet(
            seen.name(),
            seen.examples(),
            seen.sha256(),
            new FeatureShape(3, 4, 16),
            seen.classes());
    ComparisonPlan ofFlat =
        new ComparisonPlan(ssc.base(), ssc.settings(), flat, ssc.test(), Optional.empty());
    assertRefused(spark, one, ofFlat, "data set for training, shape was 3x8x8 and is now 3x4x16");
    assertThatThrownBy(() -> CompareJob.check(spark.hadoopConfiguration(), ofFlat, data, one))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("data set for training, shape was 3x8x8 and is now 3x4x16");
    ImageSet renamed =
        new ImageSet(
            seen.name(), seen.examples(), seen.sha256(), seen.shape(), List.of("a", "b", "c"));
    assertRefused(
        spark,
        one,
        new ComparisonPlan(ssc.base(), ssc.settings(), renamed, ssc.test(), Optional.empty()),
        "data set for training, names of classes was ");
    ImageSet files =
        new ImageSet(seen.name(), seen.examples(), seen.sha256(), seen.shape(), seen.classes(), 2);
    ComparisonPlan decoded =
        new ComparisonPlan(ssc.base(), ssc.settings(), files, ssc.test(), Optional.empty());
    assertRefused(spark, one, decoded, "data set for training, decoding was 1 and is now 2");
    assertThatThrownBy(() -> CompareJob.check(spark.hadoopConfiguration(), decoded, data, one))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds a comparison whose trials were trained on other pixels")
        .hasMessageContaining("data set for training, decoding was 1 and is now 2; complete it");
    assertRefused(
        spark, one, plan(List.of(Method.SSC), List.of(1L), Equal.MACS), "compare.equal was ");
    assertThat(Path.of(out)).doesNotExist();
  }

  /** Kind: a setting that the cluster's size stands for stays what it was, on whatever cluster. */
  @Test
  void aComparisonIsResumedWithTheWorkersThatItBeganWith(JavaSparkContext spark) throws Exception {
    Configuration configuration = spark.hadoopConfiguration();
    URI out = Location.of(folder.resolve("out").toString());
    assertThat(CompareJob.workers(configuration, out, 2)).isEqualTo(2);
    CompareJob.run(spark, dataParallel(2), data, out, Progress.SILENT);
    assertThatThrownBy(() -> CompareJob.check(configuration, dataParallel(1), data, out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("averaging.workers was 2 and is now 1");
    ComparisonPlan again = dataParallel(CompareJob.workers(configuration, out, 1));
    CompareJob.check(configuration, again, data, out);
    assertThat(again.base().averaging().workers()).contains(2);
  }

  /** Kind: trials side by side, one worker each, are not where others have all workers. */
  @Test
  void workersOfTrialsSideBySideAreNoneOfDataParallelOnes(JavaSparkContext spark) throws Exception {
    URI out = Location.of(folder.resolve("out").toString());
    CompareJob.run(
        spark,
        plan(List.of(Method.SSC), List.of(1L), Equal.PARAMETERS),
        data,
        out,
        Progress.SILENT);
    assertThat(CompareJob.workers(spark.hadoopConfiguration(), out, 2)).isEqualTo(2);
  }

  private ComparisonPlan dataParallel(int unset) {
    return ComparisonPlan.of(
        Experiments.tiny("averaging.workers=null", "train.epochs=1"),
        new ComparisonSettings(
            List.of(Method.SSC),
            Map.of(),
            List.of(0.5),
            Equal.PARAMETERS,
            Optional.empty(),
            List.of(1L),
            RunMode.DATA_PARALLEL),
        unset,
        ImageSet.of(data.training().manifest()),
        ImageSet.of(data.test().manifest()));
  }

  /** Kind: what many trials need is worked out once, and not for each of them. */
  @Test
  void whatSscCostsIsCountedOnceForAPlan() {
    List<Method> methods =
        List.of(Method.DENSE, Method.SSC, new Method("random-erk"), new Method("snip"));
    ComparisonPlan whole = plan(methods, List.of(1L, 2L), Equal.MACS);
    List<Double> counted = new ArrayList<>();
    SscMacs counting =
        new SscMacs(
            density -> {
              counted.add(density);
              return whole.sscMacs().at(density);
            });
    ComparisonPlan again =
        new ComparisonPlan(
            whole.base(),
            whole.settings(),
            whole.training(),
            whole.test(),
            Optional.empty(),
            counting);
    assertThat(again.trials()).isEqualTo(whole.trials()).hasSize(8);
    assertThat(again.knowing(Optional.empty()).trials()).isEqualTo(whole.trials());
    assertThat(counted).containsExactly(0.5);
    assertThat(ComparisonPlanFormat.read(ComparisonPlanFormat.text(whole), "here"))
        .isEqualTo(whole);
  }

  /** Kind: a plan that was written by hand. */
  @Test
  void aPlanWhoseDataSetIsNothingIsRefused() {
    String json = ComparisonPlanFormat.text(plan);
    for (String set :
        List.of(
            json.replaceAll("\"shape\" : \\{[^}]*\\}", "\"shape\" : null"),
            json.replaceAll("\"sha256\" : \"[^\"]*\"", "\"sha256\" : null"),
            "null")) {
      assertThat(set).isNotEqualTo(json);
      assertThatThrownBy(() -> ComparisonPlanFormat.read(set, "here"))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("here ");
    }
  }

  private void assertRefused(
      JavaSparkContext spark, URI one, ComparisonPlan changed, String difference)
      throws IOException {
    Path place = Files.createTempDirectory(folder, "changed");
    URI other = Location.of(place.toString());
    new ComparisonFolder(spark.hadoopConfiguration(), other).start(changed);
    assertThatThrownBy(
            () ->
                ComparisonMerge.run(
                    spark.hadoopConfiguration(),
                    List.of(one, other),
                    Location.of(folder.resolve("out").toString())))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("do not belong into one table")
        .hasMessageContaining(difference);
  }

  /** Two epochs of 53 images: one with all weights, one with those that are left. */
  @Test
  void pruneAndFineTuneIsChargedForItsDensePhase(JavaSparkContext spark) throws Exception {
    URI out = Location.of(folder.resolve("out").toString());
    List<Method> methods = List.of(Method.DENSE, new Method("magnitude"), new Method("fine-tune"));
    Comparison result =
        CompareJob.run(spark, plan(methods, List.of(1L)), data, out, Progress.SILENT);
    assertThat(result.failures()).isEmpty();
    double dense = result.cells().get(0).macs().mean();
    double magnitude = result.cells().get(1).macs().mean();
    Cell tuned = result.cells().get(2);
    assertThat(result.cells().get(0).trainingMacs().mean()).isEqualTo(3 * 53 * 2 * dense);
    assertThat(result.cells().get(1).trainingMacs().mean()).isEqualTo(3 * 53 * 2 * magnitude);
    assertThat(tuned.trainingMacs().mean()).isEqualTo(3 * 53 * (dense + tuned.macs().mean()));
    TrialResult trial = tuned.trials().get(0);
    assertThat(trial.epochs()).hasSize(2);
    assertThat(trial.trainingSeconds().orElseThrow())
        .isCloseTo(2 * trial.secondsPerEpoch().orElseThrow(), within(1e-9));
    assertThat(trial.bestAccuracy()).isEqualTo(trial.lastAccuracy());
    assertThat(Path.of(out).resolve("comparison.html"))
        .content()
        .contains("Before it prunes, fine-tune trains all weights, for 1 of the 2 epochs");
  }

  /** 14 minibatches and 7 rounds an epoch: moves after rounds 3, 6 and 9, by 16 images each. */
  @Test
  void supportsThatMoveAreMarkedAndRiglIsChargedForItsGradients(JavaSparkContext spark)
      throws Exception {
    URI out = Location.of(folder.resolve("out").toString());
    List<Method> methods = List.of(Method.SSC, new Method("set"), new Method("rigl"));
    ComparisonPlan moving =
        ComparisonPlan.of(
            Experiments.tiny("averaging.workers=1", "pruning.chunk=16", "pruning.regrow-rounds=3"),
            new ComparisonSettings(
                methods,
                Map.of(),
                List.of(0.5),
                Equal.PARAMETERS,
                Optional.empty(),
                List.of(1L),
                RunMode.IN_TASK),
            2,
            ImageSet.of(data.training().manifest()),
            ImageSet.of(data.test().manifest()));
    Comparison result = CompareJob.run(spark, moving, data, out, Progress.SILENT);
    assertThat(result.failures()).isEmpty();
    Cell set = result.cells().get(1);
    Cell rigl = result.cells().get(2);
    double dense = rigl.macs().mean() / rigl.macShare().mean();
    assertThat(set.macs().mean()).isEqualTo(rigl.macs().mean());
    assertThat(set.trainingMacs().mean()).isEqualTo(3 * 53 * 2 * set.macs().mean());
    assertThat(rigl.trainingMacs().mean())
        .isCloseTo(3 * (53 * 2 * rigl.macs().mean() + 3 * 16 * dense), within(1e-3));
    assertThat(Path.of(out).resolve("comparison.html"))
        .content()
        .contains("set, rigl did not choose at initialisation");
    assertThat(Path.of(out).resolve("comparison.csv"))
        .content()
        .contains("ssc,before training,", "set,throughout,", "rigl,throughout,");
    assertThatThrownBy(
            () ->
                ComparisonPlan.of(
                    moving.base(), plan.settings(), 2, moving.training(), moving.test()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("pruning.regrow-rounds = 3 is for methods whose weights move");
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
  void variantsOfSscAreRowsThatAreSetAgainstIt(JavaSparkContext spark) throws Exception {
    URI out = Location.of(folder.resolve("out").toString());
    Map<String, SscVariant> variants =
        Map.of(
            "wide", new SscVariant(Map.of("profile", Optional.of("erk"))),
            "no-offsets",
                new SscVariant(
                    Map.of("offsets", Optional.of("false"), "shortest-period", Optional.of("4"))));
    ComparisonPlan several =
        ComparisonPlan.of(
            plan.base(),
            new ComparisonSettings(
                List.of(Method.SSC, new Method("random-erk")),
                variants,
                List.of(0.5),
                Equal.MACS,
                Optional.empty(),
                List.of(1L),
                RunMode.IN_TASK),
            2,
            plan.training(),
            plan.test());
    assertThat(ComparisonPlanFormat.read(ComparisonPlanFormat.text(several), "here"))
        .isEqualTo(several);
    assertThat(several.cells().stream().map(CellKey::label))
        .containsExactly("ssc", "ssc:no-offsets", "ssc:wide", "random-erk");
    Trial trial = several.trials().get(1);
    assertThat(trial.alias()).isEqualTo("ssc-no-offsets-0.5-equal-macs-s1");
    assertThat(trial.experiment().ssc().offsets()).isFalse();
    assertThat(trial.experiment().ssc().shortestPeriod()).isEqualTo(4);
    assertThat(several.trials().get(0).experiment().ssc()).isEqualTo(plan.base().ssc());

    Comparison result = CompareJob.run(spark, several, data, out, Progress.SILENT);
    assertThat(result.failures()).isEmpty();
    assertThat(Path.of(out).resolve("differences.csv"))
        .content()
        .contains("\nssc:no-offsets,0.5,1,", "\nssc:wide,0.5,1,", "\nrandom-erk,0.5,1,");
    assertThat(Path.of(out).resolve("trials.csv"))
        .content()
        .contains("\nssc-wide-0.5-equal-macs-s1-", ",ssc:wide,0.5,1,done,");
    double budget = result.cells().get(0).macs().mean();
    assertThat(result.cells().stream().map(cell -> cell.macs().mean() / budget))
        .allSatisfy(ratio -> assertThat(ratio).isBetween(0.99, 1.01));

    // A plan of before there were variants has none; one name has one meaning in a table.
    ObjectNode old = (ObjectNode) MetricsJson.read(ComparisonPlanFormat.text(several));
    ((ObjectNode) old.get("compare")).remove("variants");
    assertThat(ComparisonPlanFormat.read(old.toString(), "here").settings().variants()).isEmpty();
    ComparisonPlan other =
        ComparisonPlan.of(
            plan.base(),
            new ComparisonSettings(
                List.of(Method.SSC),
                Map.of("wide", new SscVariant(Map.of("offsets", Optional.of("false")))),
                List.of(0.5),
                Equal.MACS,
                Optional.empty(),
                List.of(1L),
                RunMode.IN_TASK),
            2,
            plan.training(),
            plan.test());
    assertThat(PlanDifference.between(several, other))
        .contains("compare.variants.wide has other settings");
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
    ComparisonPlan vgg16 = vgg16(cifar10, Equal.PARAMETERS);
    assertThat(PublishedResult.of(vgg16, new CellKey(new Method("synflow"), 0.1)))
        .hasValueSatisfying(
            one -> {
              assertThat(one.bestAccuracy().mean()).isBetween(0.932, 0.934);
              assertThat(one.source()).contains("Synaptic-Flow");
            });
    assertThat(PublishedResult.of(vgg16, new CellKey(new Method("synflow"), 0.05))).isEmpty();
    assertThat(PublishedResult.of(vgg16, new CellKey(Method.SSC, 0.1))).isEmpty();
    assertThat(PublishedResult.of(plan, new CellKey(new Method("synflow"), 0.1))).isEmpty();
    // What was published as GraSP kept other weights: see baselines.md.
    assertThat(PublishedResult.all())
        .hasSizeGreaterThan(300)
        .noneMatch(one -> one.method().equals("grasp"));

    // At equal cost a row has another density than the one asked for, or other epochs.
    CellKey snip = new CellKey(new Method("snip"), 0.1);
    for (Equal equal : Equal.values()) {
      assertThat(PublishedResult.of(vgg16(cifar10, equal), snip).isPresent())
          .isEqualTo(equal == Equal.PARAMETERS);
    }
    // What is called snip then is not the method.
    for (String change :
        List.of(
            "pruning.transform=shuffle",
            "pruning.transform=invert",
            "pruning.random-labels=true",
            "pruning.budget=erk")) {
      assertThat(PublishedResult.of(vgg16(cifar10, Equal.PARAMETERS, change), snip)).isEmpty();
    }
    assertThat(PublishedResult.of(vgg16(cifar10, Equal.PARAMETERS, "pruning.budget=global"), snip))
        .isPresent();
  }

  private static ComparisonPlan vgg16(ImageSet images, Equal equal, String... overrides) {
    List<String> all =
        new ArrayList<>(List.of("averaging.workers=1", "model.name=vgg16", "method=snip"));
    all.addAll(List.of(overrides));
    return ComparisonPlan.of(
        Experiments.tiny(all.toArray(String[]::new)),
        new ComparisonSettings(
            List.of(Method.SSC, new Method("snip")),
            Map.of(),
            List.of(0.5),
            equal,
            Optional.empty(),
            List.of(1L),
            RunMode.IN_TASK),
        1,
        images,
        images);
  }
}
