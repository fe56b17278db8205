package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.ExampleSelection;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.PortableModel;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Figures;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.EvaluateJob;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.FoundCheckpoints;
import org.sscspark.spark.evaluate.ModelEvaluation;
import org.sscspark.spark.evaluate.ParameterChoice;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.training.MetricsJson;

class EvaluateCommandTest {
  @TempDir private static Path shared;
  private static Path runs;
  private static Path test;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = shared.resolve("data");
    test = shared.resolve("test");
    runs = shared.resolve("runs");
    TinyData.write(data, 53);
    TinyData.write(test, 31);
    trained(data, runs.resolve("a-ssc"), "--test", test);
    trained(data, runs.resolve("b-dense"), "method=dense");
  }

  private static void trained(Path data, Path run, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("train", "--master", "local[2]", "--data", data, "--out", run));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(List.of(more));
    Ended ended = Ended.ssc(arguments.toArray());
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  @Test
  void anExportedModelIsTheCheckpointsAndAnswersAlike() throws IOException {
    Path run = runs.resolve("a-ssc");
    Path file = folder.resolve("model.onnx");
    Ended ended = Ended.ssc("export", "--checkpoint", run, "--onnx", file);
    assertThat(ended.exitCode()).as(ended.err()).isZero();

    SavedModel saved = new CheckpointSearch(new Configuration()).one(run.toUri()).model();
    PortableModel read;
    try (InputStream in = Files.newInputStream(file)) {
      read = OnnxFile.read(in, "model.onnx");
    }
    assertThat(read.network()).isEqualTo(saved.network());
    assertThat(read.parameters()).isEqualTo(saved.state().parameters());
  }

  private static Ended evaluate(Path checkpoint, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("evaluate", "--master", "local[2]", "--checkpoint", checkpoint, "engine=nd4j"));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--data")) {
      arguments.addAll(List.of("--data", test));
    }
    return Ended.ssc(arguments.toArray());
  }

  private static Path newest(Path run) throws IOException {
    try (Stream<Path> folders = Files.list(run.resolve("checkpoints"))) {
      return folders.sorted().reduce((first, second) -> second).orElseThrow();
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  @Test
  void theLastCheckpointHasTheAccuracyThatTrainingMeasured() throws IOException {
    Path run = runs.resolve("a-ssc");
    JsonNode result = evaluate(run, "--which", "last", "--json").json();
    JsonNode epochs = Ended.ssc("inspect", run, "--json").json().path("epochs");
    JsonNode measured = epochs.get(epochs.size() - 1).path("evaluation");
    assertThat(result.path("accuracy").asDouble()).isEqualTo(measured.path("accuracy").asDouble());
    assertThat(result.path("loss").asDouble())
        .isCloseTo(measured.path("loss").asDouble(), within(1e-6));
    assertThat(result.path("examples").asInt()).isEqualTo(31);
    assertThat(result.path("epochs").asInt()).isEqualTo(2);
    assertThat(result.path("topFiveAccuracy").asDouble()).as("of three classes").isEqualTo(1);
    assertThat(result.path("density").asDouble()).isBetween(0.45, 0.5);
    assertThat(result.path("macs").asLong()).isLessThan(result.path("denseMacs").asLong());
    long counted = 0;
    for (JsonNode row : result.path("confusion")) {
      for (JsonNode count : row) {
        counted += count.asLong();
      }
    }
    assertThat(counted).isEqualTo(31);
    assertThat(result.path("classes")).hasSize(3);
  }

  /** Kind: images normalised with what their own data set says, not the one trained on. */
  @Test
  void imagesAreNormalisedAsInTraining() throws IOException {
    double mean = DatasetReference.to(new Configuration(), test.toUri()).manifest().mean().get(0);
    Path other = folder.resolve("other");
    TinyData.described(test.toUri(), other, Double.toString(mean), "20.0");
    assertThat(DatasetReference.to(new Configuration(), other.toUri()).manifest().mean().get(0))
        .isEqualTo(20);
    Path run = runs.resolve("a-ssc");
    assertThat(evaluate(run, "--data", other, "--json").json().path("loss"))
        .isEqualTo(evaluate(run, "--json").json().path("loss"));
  }

  @Test
  void aCheckpointARunAndAFolderOfRunsCanBeGiven() throws IOException {
    Path run = runs.resolve("b-dense");
    JsonNode ofRun = evaluate(run, "--json").json();
    JsonNode ofCheckpoint = evaluate(newest(run), "--json").json();
    assertThat(ofCheckpoint.path("loss")).isEqualTo(ofRun.path("loss"));
    JsonNode ofAll = evaluate(runs, "--json").json().path("evaluations");
    assertThat(ofAll.findValuesAsText("model")).containsExactly("convnet", "convnet");
    assertThat(ofAll.get(1).path("loss")).isEqualTo(ofRun.path("loss"));
    assertThat(ofAll.get(0).path("parameters").asInt())
        .isLessThan(ofAll.get(1).path("parameters").asInt());
    Ended table = evaluate(runs);
    assertThat(table.out().lines()).hasSize(4).element(2).asString().startsWith("a-ssc");
  }

  @Test
  void theReportHoldsBothRuns() throws IOException {
    Path report = folder.resolve("two pages/report.html");
    Ended ended = evaluate(runs, "--report", report);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(report)
        .content()
        .startsWith("<!DOCTYPE html>")
        // As a shell takes it.
        .containsPattern("--report ('|&#39;|&apos;)" + report + "('|&#39;|&apos;)")
        .contains("Answers: a-ssc", "Layers: b-dense", "Loss by epoch", "method", "classifier")
        .contains("a-ssc, tiny", "scored while training on (a-ssc)</dt><dd>tiny: 31 images")
        .doesNotContain("not the one of all other numbers");
    try (Stream<Path> files = Files.list(report.getParent())) {
      assertThat(files).containsExactly(report);
    }
  }

  /** Kind: numbers side by side that are not of the same amount of training. */
  @Test
  void theReportSaysHowFarEachRunHasCome() throws IOException {
    Path some = Files.createDirectory(folder.resolve("some"));
    for (String name : List.of("complete", "stopped", "failed", "other")) {
      copy(runs.resolve("b-dense"), some.resolve(name));
    }
    copy(runs.resolve("a-ssc"), some.resolve("ssc"));
    Files.delete(some.resolve("stopped/result.json"));
    Files.delete(some.resolve("failed/result.json"));
    Files.writeString(some.resolve("failed/failure.txt"), "The loss is NaN\n");
    Path report = folder.resolve("report.html");
    assertThat(evaluate(some, "--report", report).exitCode()).isZero();
    assertThat(report)
        .content()
        .containsPattern("<td>complete</td>.*<td>2 of 2</td>")
        .containsPattern("<td>stopped</td>.*<td>2 of 2, unfinished</td>")
        .containsPattern("<td>failed</td>.*<td>2 of 2, failed</td>")
        .as("five runs are rows")
        .contains("<tr><th>run</th><th>method</th></tr>", "<td>ssc</td><td>ssc</td>");
    assertThat(evaluate(some.resolve("stopped"), "--report", report).exitCode()).isZero();
    assertThat(report).content().contains("after 2 of 2 epochs, unfinished");
    assertThat(evaluate(runs, "--report", report).exitCode()).isZero();
    assertThat(report)
        .content()
        .contains("<tr><th>setting</th><th>a-ssc</th><th>b-dense</th></tr>");
  }

  @Test
  void aRunPassesOverADamagedCheckpointButOneThatWasNamedIsRefused() throws IOException {
    Path run = copy(runs.resolve("b-dense"), folder.resolve("run"));
    Path newest = newest(run);
    Files.write(newest.resolve("state.bin"), new byte[] {1}, StandardOpenOption.APPEND);
    evaluate(newest).isBadInput("is damaged", newest.getFileName().toString(), "state.bin");
    evaluate(run, "train.batch=3").isBadInput("train.batch means nothing to ssc evaluate");
    JsonNode fallback = evaluate(run, "--json").json();
    assertThat(fallback.path("checkpoint").asText())
        .doesNotEndWith(newest.getFileName().toString());
    Ended.ssc("inspect", newest).isBadInput("is damaged", "state.bin");
  }

  /** Kind: remedies that lead in a circle. */
  @Test
  void aCompleteRunWithoutACheckpointIsNotToldToResume() throws IOException {
    Path run = copy(runs.resolve("b-dense"), folder.resolve("run"));
    try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
      for (Path checkpoint : checkpoints.toList()) {
        Files.write(checkpoint.resolve("state.bin"), new byte[] {1}, StandardOpenOption.APPEND);
      }
    }
    assertThat(evaluate(run).err())
        .contains(
            "it is complete, and no checkpoint is whole: remove file:" + run + "/result.json");
    Files.delete(run.resolve("result.json"));
    assertThat(evaluate(run).err()).contains("resume it with 'train' until it has written one");
    evaluate(folder).isBadInput("has a valid checkpoint; resume one with 'train'");
    String why = "The loss is NaN at iteration 7";
    Files.writeString(run.resolve("failure.txt"), why + "\n");
    evaluate(run).isBadInput("has no valid checkpoint; it failed: " + why);
    evaluate(folder).isBadInput("has a valid checkpoint; run failed: " + why);
    copy(runs.resolve("a-ssc"), folder.resolve("whole"));
    assertThat(evaluate(folder).err())
        .contains("Left out: run: no valid checkpoint (failed: " + why + ")");
  }

  /** Kind: what a dry run allows and the start refuses. */
  @Test
  void aDryRunRefusesWhatTheStartRefuses() throws IOException {
    Path run = runs.resolve("b-dense");
    evaluate(run, "--parameters", "average", "--dry-run").isBadInput("has no moving average");
    Path other = folder.resolve("other");
    LocalSharding.write(
        new Configuration(),
        new Synthetic(20, 4, new FeatureShape(3, 8, 8), 1, "train"),
        ShardingOptions.of("other", 1).withShards(1),
        other.toUri());
    evaluate(run, "--data", other, "--dry-run")
        .isBadInput("other has class 'grating-3' that checkpoint ", " has not");
    assertThat(evaluate(run, "--dry-run").out()).contains("would evaluate");
  }

  /** Kind: what something is, read from its name. */
  @Test
  void aRunMayHaveTheNameOfACheckpoint() throws IOException {
    Path robin = Files.createDirectory(folder.resolve("round-robin"));
    Path run =
        copy(runs.resolve("b-dense"), robin.resolve(newest(runs.resolve("b-dense")).getFileName()));
    JsonNode expected = evaluate(runs.resolve("b-dense"), "--json").json().path("loss");
    assertThat(evaluate(run, "--json").json().path("loss")).isEqualTo(expected);
    assertThat(evaluate(run, "--which", "last", "--json").json().path("loss")).isEqualTo(expected);
    assertThat(evaluate(robin, "--json").json().path("loss")).isEqualTo(expected);
    Path damaged = newest(run);
    Files.delete(damaged.resolve("manifest.json"));
    evaluate(damaged).isBadInput("is damaged");
  }

  /** Kind: what cannot be told of, and is left out without a word. */
  @Test
  void runsWithoutACheckpointAreNamed() throws IOException {
    Path some = Files.createDirectory(folder.resolve("some"));
    copy(runs.resolve("a-ssc"), some.resolve("a-ssc"));
    copy(runs.resolve("b-dense"), some.resolve("b-dense"));
    Path report = folder.resolve("report.html");

    Ended best = evaluate(some, "--which", "best", "--json", "--report", report);

    assertThat(best.json().path("leftOut")).singleElement().hasToString("\"b-dense\"");
    assertThat(best.err()).contains("Left out: b-dense: no scored checkpoint");
    assertThat(report).content().contains("left out", "b-dense: no scored checkpoint");
    assertThat(evaluate(some, "--json").json().path("leftOut")).isEmpty();
    try (Stream<Path> checkpoints = Files.list(some.resolve("a-ssc/checkpoints"))) {
      for (Path checkpoint : checkpoints.toList()) {
        Files.delete(checkpoint.resolve("state.bin"));
      }
    }
    assertThat(evaluate(some).err()).contains("Left out: a-ssc: no valid checkpoint");
    Files.delete(some.resolve("b-dense/run.json"));
    evaluate(some).isBadInput("No run in ", some + " has a valid checkpoint");
  }

  /** Kind: what one command has made, and another does not take. */
  @Test
  void theFolderOfASweepStandsForItsRuns() throws IOException {
    Path sweep = Files.createDirectories(folder.resolve("sweep/trials")).getParent();
    copy(runs.resolve("b-dense"), sweep.resolve("trials/trial-0000"));
    Files.writeString(sweep.resolve("plan.json"), "{}");
    assertThat(evaluate(sweep, "--json").json().path("name").asText()).isEqualTo("trial-0000");
    String[] where = {
      sweep + " holds a sweep or a comparison", sweep + "/trials: give the folder of one of them"
    };
    Ended.ssc("inspect", sweep).isBadInput(where);
    Ended.ssc("export", "--checkpoint", sweep, "--npz", folder.resolve("a.npz")).isBadInput(where);
    Path out = folder.resolve("out");
    Ended.ssc("predict", "--checkpoint", sweep, "--data", test, "--out", out).isBadInput(where);
    evaluate(Files.writeString(folder.resolve("run.onnx"), "model"))
        .isBadInput("run.onnx is a model and no checkpoint; 'predict --model' takes it");
  }

  /** Kind: a run that goes on while something is made of its checkpoints. */
  @Test
  void aCheckpointThatItsRunHasRemovedGivesWayToAnother() throws IOException {
    Path run = copy(runs.resolve("b-dense"), folder.resolve("run"));
    FoundCheckpoints found = last(run);
    Path removed = newest(run);
    FileUtils.deleteDirectory(removed.toFile());
    assertThat(evaluated(found, Progress.SILENT).models())
        .singleElement()
        .extracting(ModelEvaluation::location)
        .asString()
        .endsWith(newest(run).toString())
        .doesNotEndWith(removed.getFileName().toString());
  }

  private static FoundCheckpoints last(Path runs) throws IOException {
    return new CheckpointSearch(new Configuration(), CheckpointChoice.LAST, ParameterChoice.TRAINED)
        .find(runs.toUri());
  }

  private static EvaluateJob.Evaluated evaluated(FoundCheckpoints found, Progress progress)
      throws IOException {
    DatasetReference data = DatasetReference.to(new Configuration(), test.toUri());
    try (SparkSession session = Sessions.open("test", Optional.of("local[2]"))) {
      EngineSettings engine =
          Settings.load(Optional.empty(), List.of("engine=nd4j"))
              .bind("engine", EngineSettings.class);
      return new EvaluateJob(new JavaSparkContext(session.sparkContext()), data, engine)
          .run(found, progress);
    }
  }

  private static Progress.Stage onceOneIsDone(Runnable then) {
    return new Progress.Stage() {
      @Override
      public void at(long done, Supplier<String> detail, Supplier<List<String>> lines) {
        if (done == 1) {
          then.run();
        }
      }

      @Override
      public void close() {}
    };
  }

  /** Kind: what something is, read from its name. */
  @Test
  void aCopyOfACheckpointMayHaveAnyName() throws IOException {
    Path newest = newest(runs.resolve("b-dense"));
    Path best = copy(newest, folder.resolve("best-model"));
    assertThat(evaluate(best, "--json").json().path("loss"))
        .isEqualTo(evaluate(newest, "--json").json().path("loss"));
    assertThat(Ended.ssc("inspect", best).out()).contains("best-model", "verified");
    evaluate(copy(newest, folder.resolve("round-00000999")))
        .isBadInput("is damaged: its manifest is that of round ");
  }

  /** Kind: what is done, lost for what comes after it. */
  @Test
  void aRunThatGoesAwayIsLeftOutAndTheOthersAreEvaluated() throws IOException {
    Path some = Files.createDirectory(folder.resolve("some"));
    copy(runs.resolve("a-ssc"), some.resolve("a"));
    Path going = copy(runs.resolve("b-dense"), some.resolve("b"));
    copy(runs.resolve("b-dense"), some.resolve("c"));
    EvaluateJob.Evaluated evaluated =
        evaluated(
            last(some),
            (name, total, unit) -> onceOneIsDone(() -> FileUtils.deleteQuietly(going.toFile())));
    assertThat(evaluated.models()).map(ModelEvaluation::name).containsExactly("a", "c");
    assertThat(evaluated.checkpoints().found())
        .map(FoundCheckpoint::name)
        .containsExactly("a", "c");
    assertThat(evaluated.checkpoints().leftOutInWords()).isEqualTo("b: has gone");
    FoundCheckpoints one = last(some.resolve("a"));
    FileUtils.deleteDirectory(some.resolve("a").toFile());
    assertThatThrownBy(() -> evaluated(one, Progress.SILENT))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds no run");
  }

  /** Kind: numbers that took hours, lost for what could have been read before. */
  @Test
  void whatAReportNeedsIsReadBeforeTheWork() throws IOException {
    Path run = copy(runs.resolve("b-dense"), folder.resolve("run"));
    Files.writeString(run.resolve("metrics/epoch-0001.jsonl"), "{ half");
    Ended refused = evaluate(run, "--report", folder.resolve("report.html"));
    refused.isBadInput("Cannot use ", "epoch-0001.jsonl");
    assertThat(evaluate(run).exitCode()).isZero();
  }

  @Test
  void badInputEndsWithOneLineAndExitCode2() throws IOException {
    evaluate(folder.resolve("nowhere")).isBadInput("Nothing is at", "nowhere");
    evaluate(folder).isBadInput("is no checkpoint, no run and no folder of runs");
    evaluate(runs.resolve("b-dense"), "--which", "best").isBadInput("has no scored checkpoint");
    evaluate(runs, "--data", folder).isBadInput("No data set at");
    evaluate(runs, "engine=warp").isBadInput("No engine is named warp");
    evaluate(runs, "--report", folder).isBadInput("it is a folder");
    Path wide = folder.resolve("wide");
    TinyData.write(wide, 9, new FeatureShape(3, 12, 12), 3);
    evaluate(runs, "--data", wide).isBadInput("3x8x8", "3x12x12");
    Path more = folder.resolve("more");
    TinyData.write(more, 9, new FeatureShape(3, 8, 8), 4);
    evaluate(runs, "--data", more)
        .isBadInput("more has class 'grating-3' that checkpoint ", " has not: shard both alike");
    Ended.ssc("inspect", folder).isBadInput("is no data set, no run and no checkpoint");
    Ended.ssc("export", "--checkpoint", runs, "--npz", folder.resolve("a.npz"))
        .isBadInput("holds 2 runs");
    assertThat(folder.resolve("a.npz")).doesNotExist();
  }

  /** A class that a small part of a data set has no image of is in the table all the same. */
  @Test
  void aClassWithoutImagesHasDashes() throws IOException {
    Path part = folder.resolve("part");
    LocalSharding.write(
        new Configuration(),
        new Synthetic(31, 3, new FeatureShape(3, 8, 8), 3, "train"),
        ShardingOptions.of("part", 7).withSelection(new ExampleSelection(0, 0.049, Long.MAX_VALUE)),
        part.toUri());

    Ended ended = evaluate(runs.resolve("b-dense"), "--data", part);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .containsPattern("grating-0 +1 ")
        .containsPattern("grating-1 +- +-")
        .containsPattern("grating-2 +- +-");
  }

  /** Kind: one word, density, over one thing here and another there. */
  @Test
  void densityIsOverTheDenseNetworkWhereverItIsTold() throws IOException {
    Path run = folder.resolve("narrow");
    trained(shared.resolve("data"), run, "method=narrow", "train.epochs=1");
    double density =
        MetricsJson.read(Files.readString(run.resolve("result.json"))).path("density").asDouble();
    assertThat(density).isBetween(0.3, 0.5);
    String words = Figures.percent(density);

    JsonNode evaluated = evaluate(run, "--json").json();
    assertThat(evaluated.path("density").asDouble()).isEqualTo(density);
    assertThat(evaluated.path("densityOver").asText()).isEqualTo("dense network");
    assertThat(evaluated.path("denseMacs"))
        .isEqualTo(evaluate(runs.resolve("b-dense"), "--json").json().path("macs"));
    assertThat(evaluate(run).out()).contains(words).doesNotContain("100.00 % of its own");
    JsonNode checkpoint = Ended.ssc("inspect", newest(run), "--json").json();
    assertThat(checkpoint.path("density").asDouble()).isEqualTo(density);
    assertThat(Ended.ssc("inspect", newest(run)).out())
        .contains(words, "Its layers are not those of the dense network");
    assertThat(Ended.ssc("inspect", run).out()).contains(words + ", asked for 0.5");

    // Nothing but its own layers is known of a checkpoint without its run.
    Path alone = copy(newest(run), folder.resolve(newest(run).getFileName()));
    assertThat(evaluate(alone).out()).contains("100.00 % of its own");
    assertThat(Ended.ssc("inspect", alone, "--json").json().path("densityOver").asText())
        .isEqualTo("own weights");
  }

  /** The setting is where the search for so many multiply-adds began. */
  @Test
  void ofARunThatIsToCostSoMuchTheDensityFoundIsTold() throws IOException {
    long dense = evaluate(runs.resolve("b-dense"), "--json").json().path("macs").asLong();
    Path run = folder.resolve("macs");
    trained(
        shared.resolve("data"),
        run,
        "method=random-uniform",
        "macs=" + dense / 5,
        "train.epochs=1");
    double density =
        MetricsJson.read(Files.readString(run.resolve("result.json"))).path("density").asDouble();
    assertThat(density).isBetween(0.15, 0.25);
    assertThat(Ended.ssc("inspect", run).out())
        .contains(Figures.percent(density) + ", found for macs = " + dense / 5);
    Files.delete(run.resolve("result.json"));
    assertThat(Ended.ssc("inspect", run).out()).contains("to be found for macs = " + dense / 5);
  }

  @Test
  void inspectTellsRunsAndCheckpointsApart() throws IOException {
    Path run = runs.resolve("a-ssc");
    JsonNode json = Ended.ssc("inspect", run, "--json").json();
    assertThat(json.path("kind").asText()).isEqualTo("run");
    assertThat(json.path("state").asText()).isEqualTo("complete");
    assertThat(json.path("configuration").path("density").asDouble()).isEqualTo(0.5);
    assertThat(json.path("checkpoints")).isNotEmpty();
    assertThat(Ended.ssc("inspect", run).out()).contains("complete", "test accuracy", "round-");

    JsonNode checkpoint = Ended.ssc("inspect", newest(run), "--json").json();
    assertThat(checkpoint.path("kind").asText()).isEqualTo("checkpoint");
    assertThat(checkpoint.path("epochs").asInt()).isEqualTo(2);
    assertThat(Ended.ssc("inspect", newest(run)).out()).contains("state.bin", "classifier");
    assertThat(Ended.ssc("inspect", test, "--json").json().path("kind").asText())
        .isEqualTo("data set");
  }

  @Test
  void exportWritesEveryArray() throws IOException {
    Path npz = folder.resolve("arrays/a.npz");
    JsonNode json =
        Ended.ssc("export", "--checkpoint", runs.resolve("a-ssc"), "--npz", npz, "--json").json();
    assertThat(json.path("npz").asText()).isEqualTo(npz.toString());
    try (ZipFile zip = new ZipFile(npz.toFile())) {
      assertThat(zip.stream().map(Object::toString))
          .contains("classifier.weight.npy", "classifier.support.npy", "classifier.bias.npy")
          .contains("input.mean.npy", "input.std.npy", "classes.json");
    }
    Ended.ssc("export", "--checkpoint", runs.resolve("a-ssc")).isBadInput("--npz");
  }

  @Test
  void exportWritesTheModelForDl4j() throws IOException {
    Path zip = folder.resolve("a.zip");
    FoundCheckpoint found =
        new CheckpointSearch(new Configuration()).one(runs.resolve("a-ssc").toUri());
    Ended.ssc("export", "--checkpoint", runs.resolve("a-ssc"), "--model-zip", zip, "--json").json();
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(zip.toFile());
    assertThat(graph.params().toFloatVector()).isEqualTo(found.model().state().parameters());
    assertThat(graph.getUpdater().getUpdaterStateViewArray().toFloatVector())
        .isEqualTo(found.model().state().optimizerState());
  }

  private Ended export(Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("export", "--checkpoint", runs.resolve("a-ssc")));
    arguments.addAll(List.of(more));
    return Ended.ssc(arguments.toArray());
  }

  /** Kind: an option that changes nothing. */
  @ParameterizedTest
  @CsvSource({
    "--npz,       --weights,       sparse",
    "--npz,       --normalization, outside",
    "--npz,       --convolutions,  plain",
    "--model-zip, --batch-norm,    folded"
  })
  void exportRefusesWhatNoOutputUses(String output, String option, String value) {
    Path file = folder.resolve("file");
    export(output, file, option, value)
        .isBadInput(option + " is about the ONNX file, and none is written", "give --onnx FILE");
    assertThat(file).doesNotExist();
  }

  /** Kind: an option that changes nothing. */
  @Test
  void whichCheckpointIsNoQuestionWhereOneIsGiven() throws IOException {
    evaluate(newest(runs.resolve("a-ssc")), "--which", "last")
        .isBadInput("--which chooses among a run's checkpoints, and ", " is one; leave it out");
  }

  /** Kind: two outputs of one name, of which the first is lost. */
  @Test
  void exportWritesEachFileOnce() throws IOException {
    Path file = folder.resolve("new/x.onnx");
    export("--onnx", file, "--npz", folder.resolve("new/../new/x.onnx"))
        .isBadInput("--onnx and --npz would both write " + file, "give each a file of its own");
    assertThat(file.getParent()).doesNotExist();
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    export("--npz", real.resolve("sub/x"), "--model-zip", link.resolve("sub/x"))
        .isBadInput("--npz and --model-zip would both write");
  }

  /** Kind: an output in place of a file that is read. */
  @Test
  void whatIsReadIsNotWritten() throws IOException {
    Path run = runs.resolve("a-ssc");
    String record = Files.readString(run.resolve("run.json"));
    Path checkpoint = newest(run);
    Path link = Files.createSymbolicLink(folder.resolve("link"), run);
    for (Path inside :
        List.of(run.resolve("run.json"), run.resolve("new/file"), link.resolve("run.json"))) {
      export("--npz", inside).isBadInput("--npz " + inside + " lies in the run " + run, "outside");
    }
    Ended.ssc("export", "--checkpoint", checkpoint, "--onnx", checkpoint.resolve("state.bin"))
        .isBadInput("--onnx ", "lies in the checkpoint " + checkpoint);
    Ended.ssc("export", "--checkpoint", checkpoint, "--onnx", run.resolve("run.json"))
        .isBadInput("--onnx ", "lies in the run " + run);
    evaluate(runs, "--report", runs.resolve("b-dense/run.json"))
        .isBadInput("--report ", "lies in the run " + runs.resolve("b-dense"));
    evaluate(runs, "--dry-run", "--report", test.resolve("manifest.json"))
        .isBadInput("--report ", "lies in the data set " + test);
    assertThat(run.resolve("run.json")).hasContent(record);
    assertThat(run.resolve("new")).doesNotExist();
  }

  /** Kind: a location that means another place than elsewhere. */
  @Test
  void outputsAreNamedAsAllLocationsAre() throws IOException {
    Path file = folder.resolve("a b.npz");
    export("--npz", "file:" + file, "--json").json();
    export("--onnx", folder.toUri() + "c%20d.onnx", "--json").json();
    assertThat(file).isNotEmptyFile();
    assertThat(folder.resolve("c d.onnx")).isNotEmptyFile();
    assertThat(Path.of("file:")).doesNotExist();
    export("--npz", "hdfs://host/a.npz")
        .isBadInput("Cannot write hdfs://host/a.npz", "this machine only", "give a path");
    evaluate(runs, "--report", "s3a://bucket/a.html")
        .isBadInput("s3a://bucket/a.html", "give a path");
  }

  /** Kind: a dry run that leaves something behind. */
  @Test
  void aDryRunMakesNoFolder() {
    Ended dry = evaluate(runs, "--dry-run", "--report", folder.resolve("new/report.html"));
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(folder.resolve("new")).doesNotExist();
  }
}
