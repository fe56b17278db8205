package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.checkpoint.LogCapture;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.WatchedRun;
import scala.Option;

class TrainCommandTest {
  @TempDir private static Path shared;
  private static Path data;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    data = shared.resolve("data");
    TinyData.write(data, 53);
  }

  private record Ended(int exitCode, String out, String err) {}

  private static Ended ssc(Path data, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--master",
                "local[2]",
                "--data",
                data.toString(),
                "--out",
                out.toString()));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(Arrays.asList(more));
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    int exitCode =
        Main.run(
            new PrintWriter(stdout), new PrintWriter(stderr), arguments.toArray(String[]::new));
    return new Ended(exitCode, stdout.toString(), stderr.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.epoch=3          | Unknown setting train.epoch
          density=0              | density = 0.0 must be above 0 and at most 1
          density=1.5            | density = 1.5 must be above 0 and at most 1
          density=0.0001         | density
          averaging.workers=0    | averaging.workers = 0 leaves nobody to train
          averaging.workers=99   | 53 training examples for 99 workers
          averaging.frequency=0  | averaging.frequency = 0 must be at least 1
          train.batch=many       | train.batch
          metrics=null           | Setting metrics is null (argument metrics=null); leave it out
          train.batch=0          | batch is 0: it must be at least 1
          model.name=resnet19    | Unknown model 'resnet19'
          method=magic           | method
          engine=warp            | No engine is named warp
          averaging.outer.momentum=2 | outer.momentum must be in [0, 1)
          train.schedule.warmup-epochs=5 | warmup-epochs is 5
          sweep.budget.trials=3  | Setting sweep.budget.trials means nothing to ssc train; leave it out
          compare.densities=[0.1] | Setting compare.densities means nothing to ssc train
          """)
  void badSettingsEndWithOneLineAndExitCode2(String setting, String message) {
    Ended ended =
        ssc(
            data,
            folder.resolve("run"),
            setting,
            // Nesterov, so that its settings are looked at.
            "averaging.outer.step=nesterov");
    assertThat(ended.exitCode).as(ended.err).isEqualTo(2);
    assertThat(ended.err.strip().lines().count()).as(ended.err).isEqualTo(1);
    assertThat(ended.err).startsWith("ssc train: ").contains(message);
    assertThat(ended.out).isEmpty();
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aFolderOfTheWebIsNoneToWriteTo() {
    StringWriter stderr = new StringWriter();
    PrintWriter nothing = new PrintWriter(new StringWriter());
    String[] arguments = {"train", "--data", "data", "--out", "http://host/run"};
    assertThat(Main.run(nothing, new PrintWriter(stderr), arguments)).isEqualTo(2);
    assertThat(stderr.toString())
        .hasLineCount(1)
        .contains("--out: nothing can be written to http://host/run; give a folder");
  }

  @Test
  void aPatternThatLeavesChannelsUnreadIsBadInput() {
    Ended ended = ssc(data, folder.resolve("run"), "density=0.1", "ssc.out-block=1000000");
    assertThat(ended.exitCode).as(ended.err).isEqualTo(2);
    assertThat(ended.err).startsWith("ssc train: ssc.out-block = 1000000: layer ").hasLineCount(1);
  }

  /** Kind: a setting that is accepted and does nothing; more in UnusedSettingsTest. */
  @Test
  void aSettingWithoutEffectIsTold() {
    Ended ended =
        ssc(data, folder.resolve("run"), "--dry-run", "pruning.steps=3", "ssc.offsets=false");
    assertThat(ended.exitCode).as(ended.err).isZero();
    assertThat(ended.err).contains("Settings without effect: pruning.steps (method = ssc)\n");
  }

  /** Standard error that knows how many jobs Spark had run when settings were spoken of. */
  private static final class JobsBeforeSettings extends StringWriter {
    private final int earlier = jobs();
    private int jobs = -1;

    private static int jobs() {
      Option<SparkContext> spark = SparkContext$.MODULE$.getActive();
      return spark.isEmpty() ? 0 : spark.get().statusTracker().getJobIdsForGroup(null).length;
    }

    @Override
    public void write(String text, int offset, int length) {
      if (text.startsWith("Settings")) {
        jobs = jobs() - earlier;
      }
      super.write(text, offset, length);
    }
  }

  /** Kind: a setting without effect that is told when the work it was meant for is done. */
  @Test
  void aSettingWithoutEffectIsToldBeforeWeightsAreScored() {
    JobsBeforeSettings err = new JobsBeforeSettings();
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--dry-run", "--master=local[2]", "--data", data.toString()));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(List.of("--out", folder.resolve("run").toString()));
    arguments.addAll(List.of("method=snip", "pruning.chunk=16", "ssc.offsets=false"));
    PrintWriter out = new PrintWriter(new StringWriter());
    assertThat(Main.run(out, new PrintWriter(err), arguments.toArray(String[]::new))).isZero();
    assertThat(err.jobs).as(err.toString()).isZero();
  }

  @Test
  void aMissingDataSetEndsWithOneLineAndExitCode2() {
    Ended ended = ssc(folder.resolve("nowhere"), folder.resolve("run"));
    assertThat(ended.exitCode).isEqualTo(2);
    assertThat(ended.err.strip().lines().count()).as(ended.err).isEqualTo(1);
    assertThat(ended.err).contains("No data set at").contains("nowhere");
  }

  @Test
  void aModelThatDoesNotFitTheImagesEndsWithOneLineAndExitCode2() throws IOException {
    Path small = folder.resolve("small");
    TinyData.write(small, 30, new FeatureShape(1, 2, 2), 2);
    Ended ended = ssc(small, folder.resolve("run"), "model.name=vgg19", "method=dense");
    assertThat(ended.exitCode).as(ended.err).isEqualTo(2);
    assertThat(ended.err.strip().lines().count()).as(ended.err).isEqualTo(1);
    assertThat(ended.err).contains("vgg19").contains("1x2x2");
  }

  @Test
  void aFolderWithSomethingElseInItEndsWithOneLineAndExitCode2() throws IOException {
    Path out = Files.createDirectory(folder.resolve("run"));
    Files.writeString(out.resolve("thesis.tex"), "do not touch");
    for (String dry : new String[] {"--dry-run", "--json"}) {
      Ended ended = ssc(data, out, dry);
      assertThat(ended.exitCode).as(ended.err).isEqualTo(2);
      assertThat(ended.err).contains("is not empty and holds no run, but thesis.tex");
    }
    assertThat(out.resolve("thesis.tex")).hasContent("do not touch");
  }

  /** Kind: a dry run that allows what the start refuses. */
  @Test
  void aDryRunRefusesTheFoldersThatAStartRefuses() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "do not touch");
    for (Path taken : List.of(data, file)) {
      Ended dry = ssc(data, taken, "--dry-run");
      assertThat(dry.exitCode).as(dry.err).isEqualTo(2);
      assertThat(dry.err).containsAnyOf("holds no run", "is a file; give a folder");
      assertThat(dry.err).isEqualTo(ssc(data, taken).err);
    }
    assertThat(file).hasContent("do not touch");
  }

  /** Kind: of an option and the argument that is the same setting, one is lost without a word. */
  @Test
  void fromTheOptionAndFromTheArgumentAreOnePlace() {
    Path start = folder.resolve("start");
    Ended two = ssc(data, folder.resolve("run"), "--from", start.toString(), "from=other");
    assertThat(two.exitCode).isEqualTo(2);
    assertThat(two.err)
        .contains("--from " + start + " and from=other contradict each other; give one of them");
    Ended one = ssc(data, folder.resolve("run"), "--from", start.toString(), "from=file:" + start);
    assertThat(one.err).doesNotContain("contradict").contains("Nothing is at", "start");
  }

  @Test
  void trainsAndThenRefusesAnotherConfiguration() throws IOException {
    Path out = folder.resolve("run");
    Ended trained = ssc(data, out, "train.epochs=1", "--json");
    assertThat(trained.exitCode).as(trained.err).isZero();
    JsonNode outcome = new JsonMapper().readTree(trained.out);
    assertThat(outcome.path("epochs").asInt()).isEqualTo(1);
    assertThat(outcome.path("checkpoint").asText()).endsWith("round-00000004");
    assertThat(trained.err).contains("Plan").contains("classifier");
    Ended other = ssc(data, out, "train.epochs=1", "seed=2");
    assertThat(other.exitCode).isEqualTo(2);
    assertThat(other.err).contains("seed was 1 and is now 2");
  }

  /** Kind: a start that is refused and leaves something that the next start stumbles over. */
  @Test
  void aRefusedStartLeavesTheFolderToOtherSettings() throws IOException {
    Path out = folder.resolve("run");
    Ended refused = ssc(data, out, "train.epochs=1", "engine=cuda");
    assertThat(refused.exitCode).as(refused.err).isEqualTo(2);
    Ended other = ssc(data, out, "train.epochs=1", "engine=lane");
    assertThat(other.exitCode).as(other.err).isZero();
  }

  /** Kind: an end that is none, told as if it were one. */
  @Test
  void aPauseIsTold() throws IOException {
    Path out = folder.resolve("run");
    Ended paused = ssc(data, out, "train.epochs=3", "train.stop-after=1");
    assertThat(paused.out).contains("for 1 of 3 epochs", "Paused, as train.stop-after says");
    JsonNode json =
        new JsonMapper()
            .readTree(ssc(data, out, "train.epochs=3", "train.stop-after=2", "--json").out);
    assertThat(json.path("epochsLeft").asInt()).isEqualTo(1);
    Ended whole = ssc(data, out, "train.epochs=3");
    assertThat(whole.out).contains("for 3 epochs").doesNotContain("Paused");
    assertThat(Files.readString(out.resolve("result.json"))).doesNotContain("epochsLeft");

    for (String text : List.of("{", "", "{}", "null")) {
      Files.writeString(out.resolve("result.json"), text);
      Ended damaged = ssc(data, out, "train.epochs=3");
      assertThat(damaged.exitCode).as(damaged.err).isEqualTo(2);
      assertThat(damaged.err).contains("run/result.json: Not a run's result", "remove it, and the");
    }
    Files.delete(out.resolve("result.json"));
    Ended again = ssc(data, out, "train.epochs=3");
    assertThat(again.exitCode).isZero();
    assertThat(again.err)
        .contains("Resuming from the checkpoint of round 12: all epochs are trained");
    assertThat(Files.readString(out.resolve("result.json"))).contains("\"epochs\" : 3");
  }

  /** Kind: a plan of work that is done already. */
  @Test
  void aPlanSaysWhereARunGoesOn() throws IOException {
    Path out = folder.resolve("run");
    assertThat(ssc(data, out, "--dry-run").out).doesNotContain("resumes");
    ssc(data, out, "train.stop-after=1");
    assertThat(ssc(data, out, "--dry-run").out)
        .contains("  start        resumes after epoch 1 of 2");
    try (Stream<Path> files = Files.walk(out.resolve("checkpoints/round-00000004"))) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
    JsonNode plan = new JsonMapper().readTree(ssc(data, out, "--dry-run", "--json").out);
    assertThat(plan.path("start").asText())
        .isEqualTo("resumes in epoch 1 of 2, after 2 of its 4 rounds");
    Ended trained = ssc(data, out);
    assertThat(trained.err).contains("Plan\n", "resumes in epoch 1 of 2");
    for (String dry : new String[] {"--dry-run", "train.stop-after=0"}) {
      Ended complete = ssc(data, out, dry);
      assertThat(complete.exitCode).as(complete.err).isZero();
      assertThat(complete.err).contains("is complete: nothing to do").doesNotContain("Plan\n");
      assertThat(complete.out).isEqualTo(trained.out);
    }
  }

  /** A run that needs more memory than there is. */
  public static final class Hungry implements RunListener {
    @Override
    public void onRun(WatchedRun run) {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  /** Kind: a start that fails by an Error, which must not bind the folder to its settings. */
  @Test
  void whatRanOutOfMemoryBeforeItBeganLeavesTheFolderFree() {
    Path out = folder.resolve("run");
    String hungry = "metrics.listeners=[\"" + Hungry.class.getName() + "\"]";
    Ended ended = ssc(data, out, hungry, "train.batch=8");
    assertThat(ended.exitCode).as(ended.err).isEqualTo(1);
    assertThat(ended.err).contains("SSC_DRIVER_MEMORY");
    assertThat(out).doesNotExist();
    assertThat(ssc(data, out, "train.batch=4").exitCode).isZero();
  }

  /** Kind: a folder that a run made, and that stays although the run is taken back. */
  @Test
  void aRunThatDivergesBeforeItsFirstCheckpointLeavesNoFolder() throws IOException {
    Path out = folder.resolve("runs/diverging");
    Ended ended = ssc(data, out, "train.learning-rate=1e30");
    assertThat(ended.exitCode).as(ended.err).isEqualTo(1);
    assertThat(ended.err).contains("Training diverged");
    assertThat(folder).isEmptyDirectory();

    Files.createDirectories(out);
    assertThat(ssc(data, out, "train.learning-rate=1e30").exitCode).isEqualTo(1);
    assertThat(out).as("it was there before").isEmptyDirectory();
  }

  /** Kind: images that were trained on, taken for new ones. */
  @Test
  void aTestSetThatIsTheTrainingSetIsTold() throws IOException {
    String told = "The test set is the training set: its accuracy does not tell of new images\n";
    String set = data.toString();
    Path out = folder.resolve("run");
    for (String dry : new String[] {"--dry-run", "--json"}) {
      Ended ended = ssc(data, out, "--test", set, "train.epochs=1", dry);
      assertThat(ended.exitCode).as(ended.err).isZero();
      assertThat(ended.err).contains(told);
    }
    Path other = folder.resolve("other");
    TinyData.write(other, 20);
    assertThat(ssc(data, folder.resolve("new"), "--test", other.toString(), "--dry-run").err)
        .doesNotContain("The test set");
  }

  @Test
  void aDryRunPrintsThePlanAndWritesNothing() throws IOException {
    Path out = folder.resolve("run");
    Ended ended = ssc(data, out, "--dry-run", "--json");
    assertThat(ended.exitCode).as(ended.err).isZero();
    JsonNode plan = new JsonMapper().readTree(ended.out);
    assertThat(plan.path("workers").asInt()).isEqualTo(2);
    assertThat(plan.path("roundsPerEpoch").asInt()).isEqualTo(4);
    assertThat(plan.path("driverReceivesBytes").asLong())
        .isEqualTo(2 * plan.path("vectorBytes").asLong());
    assertThat(plan.at("/replica/outside").asLong()).as("of ND4J").isPositive();
    JsonNode lanes =
        new JsonMapper()
            .readTree(
                ssc(data, out, "--test", data.toString(), "--dry-run", "--json", "engine=lane")
                    .out);
    assertThat(lanes.at("/replica/outside").asLong()).isZero();
    assertThat(lanes.at("/replica/heap").asLong())
        .isGreaterThan(plan.at("/replica/heap").asLong())
        .isGreaterThan(Float.BYTES * 4L * lanes.path("parameters").asLong());
    assertThat(lanes.at("/evaluation/heap").asLong()).isPositive();
    String text = ssc(data, out, "--dry-run").out;
    assertThat(text).contains(" of heap, ", " outside of it a worker");
    assertThat(Pattern.compile("([0-9,]+) parameters").matcher(text).results())
        .as("the table of layers and the plan count alike")
        .hasSize(2)
        .extracting(count -> count.group(1))
        .containsOnly(String.format(Locale.ROOT, "%,d", plan.path("parameters").asInt()));
    assertThat(out).doesNotExist();
  }

  /** Kind: a listing that calls a checkpoint good which cannot be used. */
  @Test
  void damagedCheckpointsAreListedAsSuch() throws IOException {
    Path out = folder.resolve("run");
    ssc(data, out, "train.epochs=1");
    Files.write(out.resolve("checkpoints/round-00000004/state.bin"), new byte[7]);
    StringWriter text = new StringWriter();
    assertThat(Main.run(new PrintWriter(text), new PrintWriter(text), "inspect", out.toString()))
        .isZero();
    assertThat(text.toString())
        .containsPattern("round-00000002 +[0-9]")
        .containsPattern("round-00000004 +damaged: state.bin has 7 bytes, written were \\d+");
    StringWriter json = new StringWriter();
    Main.run(new PrintWriter(json), new PrintWriter(text), "inspect", "--json", out.toString());
    JsonNode checkpoints = new JsonMapper().readTree(json.toString()).path("checkpoints");
    assertThat(checkpoints.at("/0/lengthBytes").asLong()).isPositive();
    assertThat(checkpoints.at("/1/round").asLong()).isEqualTo(4);
    assertThat(checkpoints.at("/1/fault").asText()).startsWith("damaged: state.bin has 7 bytes");
    assertThat(checkpoints.at("/1").has("lengthBytes")).isFalse();
  }

  /** Kind: what is named is not there, and how to get it is not said. */
  @Test
  void aCompleteRunWhoseLastCheckpointIsLostCanBeCompletedAgain() throws IOException {
    Path out = folder.resolve("run");
    ssc(data, out, "train.epochs=1");
    Path state = out.resolve("checkpoints/round-00000004/state.bin");
    byte[] whole = Files.readAllBytes(state);
    Files.write(state, new byte[7]);
    try (LogCapture log = new LogCapture("org.sscspark.spark.train.RunSetup")) {
      assertThat(ssc(data, out, "train.epochs=1").exitCode).isZero();
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("its last checkpoint cannot be used: remove file:" + out + "/result.json");
    }
    Files.delete(out.resolve("result.json"));
    assertThat(ssc(data, out, "train.epochs=1").exitCode).isZero();
    assertThat(state).hasBinaryContent(whole);
  }

  @Test
  void lostMetricsAreNamedWhenTheRunResumes() throws IOException {
    Path out = folder.resolve("run");
    ssc(data, out, "train.epochs=3", "train.stop-after=2");
    Files.delete(out.resolve("metrics/epoch-0001.jsonl"));
    Files.writeString(out.resolve("metrics/epoch-0002.jsonl"), "");
    try (LogCapture log = new LogCapture("org.sscspark.spark.train.RunSession")) {
      assertThat(ssc(data, out, "train.epochs=3").exitCode).isZero();
      assertThat(log.warnings())
          .satisfiesExactly(
              first -> assertThat(first).startsWith("The metrics of epoch 1 are lost"),
              second -> assertThat(second).contains("epoch 2", "run/metrics/epoch-0002.jsonl"));
    }
    Files.delete(out.resolve("metrics/epoch-0003.jsonl"));
    Files.delete(out.resolve("metrics/epoch-0002.jsonl"));
    Files.delete(out.resolve("result.json"));
    Ended without = ssc(data, out, "train.epochs=3");
    assertThat(without.exitCode).as(without.err).isEqualTo(2);
    assertThat(without.err)
        .contains("has lost the metrics of its last epoch: restore metrics/epoch-0003.jsonl");
  }

  /** Kind: old checkpoints that stay for good, since nothing more is committed. */
  @Test
  void oldCheckpointsAreRemovedAlthoughTheRunEndedBeforeItCould() throws IOException {
    Path out = folder.resolve("run");
    ssc(data, out, "checkpoint.keep=9");
    Files.delete(out.resolve("result.json"));
    Files.writeString(out.resolve(".tmp-1"), "{");
    assertThat(ssc(data, out, "checkpoint.keep=1").exitCode).isZero();
    assertThat(out.resolve("checkpoints").toFile().list()).containsExactly("round-00000008");
    assertThat(out.resolve(".tmp-1")).doesNotExist();
  }

  /** Kind: a run that goes on with the state of another, for only checksums were looked at. */
  @Test
  void aCheckpointOfAnotherRunIsPassedOver() throws IOException {
    Path whole = folder.resolve("whole");
    Path other = folder.resolve("other");
    Path out = folder.resolve("run");
    ssc(data, whole, "train.epochs=2");
    ssc(data, other, "train.epochs=2", "train.learning-rate=0.01");
    ssc(data, out, "train.epochs=2", "train.stop-after=1");
    Path foreign = other.resolve("checkpoints/round-00000008");
    Path copied = Files.createDirectory(out.resolve("checkpoints/round-00000008"));
    for (String name : foreign.toFile().list()) {
      Files.copy(foreign.resolve(name), copied.resolve(name));
    }
    Ended resumed = ssc(data, out, "train.epochs=2");
    assertThat(resumed.exitCode).as(resumed.err).isZero();
    assertThat(resumed.err).contains("Resuming from the checkpoint of round 4");
    assertThat(copied.resolve("state.bin"))
        .hasSameBinaryContentAs(whole.resolve("checkpoints/round-00000008/state.bin"));
  }
}
