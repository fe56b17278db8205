package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.checkpoint.LogCapture;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.dl4j.ModelZip;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.watch.WatchSettings;
import org.sscspark.storage.BusyFolder;
import org.sscspark.storage.Lease;
import org.sscspark.training.DivergedException;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

@ExtendWith(LocalSpark.class)
class TrainJobTest {
  private static final TrainingListener NOBODY = new TrainingListener() {};
  private static final RunOptions WITHDRAWN =
      new RunOptions(WatchSettings.NONE, /* withdraw= */ true);

  private static final String[] NESTEROV = {"averaging.outer.step=nesterov", "averaging.workers=2"};

  @TempDir private static Path shared;
  private static URI data;
  private static URI test;
  private static Path undisturbed;

  @TempDir private Path folder;

  @BeforeAll
  static void trainOnce(JavaSparkContext spark) throws IOException {
    data = TinyData.write(shared.resolve("train"), 53);
    test = TinyData.write(shared.resolve("test"), 20);
    undisturbed = shared.resolve("whole");
    run(spark, experiment(NESTEROV), undisturbed, NOBODY);
  }

  /**
   * Stops a run as a killed driver would, after a round; an epoch's last round is not saved yet.
   */
  private record KillAfter(long round) implements TrainingListener {
    @Override
    public void onRound(RoundMetrics metrics, TrainingState state) {
      if (metrics.globalRound() == round) {
        throw new IllegalStateException("killed");
      }
    }
  }

  private static Experiment experiment(String... overrides) {
    return Experiments.tiny(overrides);
  }

  private static TrainOutcome run(
      JavaSparkContext spark, Experiment experiment, Path out, TrainingListener observer)
      throws IOException {
    return new TrainJob(spark, experiment, data, Optional.of(test))
        .run(out.toUri(), Progress.SILENT, observer);
  }

  private static TrainingState newest(Path out) throws IOException {
    return SavedRuns.newest(out).state();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7})
  void aRunKilledAtAnyRoundEndsInTheSameBitsAsOneThatIsNot(int round, JavaSparkContext spark)
      throws IOException {
    // 53 examples, 2 workers, minibatches of 4, 2 a round: 4 rounds an epoch, 8 in all.
    Experiment experiment = experiment(NESTEROV);
    Path broken = folder.resolve("broken");
    assertThatThrownBy(() -> run(spark, experiment, broken, new KillAfter(round)))
        .hasMessage("killed");
    AtomicLong startedAfter = new AtomicLong();
    TrainOutcome resumed =
        run(
            spark,
            experiment,
            broken,
            new TrainingListener() {
              @Override
              public void onStart(TrainingState start) {
                startedAfter.set(start.progress().globalRound());
              }
            });
    // A checkpoint every other round; an epoch's last round is saved after the one that kills.
    assertThat(startedAfter).hasValue((round - 1) / 2 * 2L);
    SavedRuns.assertSameBits(broken, undisturbed);
    assertThat(newest(broken).outerState()).isNotEmpty();
    assertThat(newest(broken).best()).isPresent();
    assertThat(resumed.rounds()).isEqualTo(8);
  }

  @Test
  void aRunThatPausesEndsInTheSameBitsAsOneThatDoesNot(JavaSparkContext spark) throws IOException {
    String[] recipe = {
      "train.ema.decay=0.8",
      "averaging.schedule={kind = quadratic, growth = 0.04}",
      "averaging.frequency=1",
      "checkpoint.every-rounds=1"
    };
    Path whole = folder.resolve("whole");
    Path paused = folder.resolve("paused");
    TrainOutcome expected = run(spark, experiment(recipe), whole, NOBODY);
    String[] pausing = Arrays.copyOf(recipe, recipe.length + 1);
    pausing[recipe.length] = "train.stop-after=1";

    assertThat(run(spark, experiment(pausing), paused, NOBODY).epochs()).isEqualTo(1);
    assertThat(paused.resolve("result.json")).doesNotExist();
    assertThatThrownBy(() -> run(spark, experiment(recipe), paused, new KillAfter(8)))
        .hasMessage("killed");
    TrainOutcome actual = run(spark, experiment(recipe), paused, NOBODY);

    assertThat(actual.testAccuracy()).isEqualTo(expected.testAccuracy());
    assertThat(actual.averageTestAccuracy()).isNotNull().isEqualTo(expected.averageTestAccuracy());
    SavedRuns.assertSameBits(paused, whole);
    assertThat(newest(paused).average())
        .hasSameSizeAs(newest(whole).parameters())
        .isNotEqualTo(newest(whole).parameters());
    assertThat(Files.readString(paused.resolve("metrics/epoch-0002.jsonl")))
        .contains("\"averageEvaluation\"");
  }

  @Test
  void aModelForDl4jNeedsAnOptimizerThatItHas() {
    assertThatThrownBy(() -> experiment("checkpoint.model-zip=true", "train.optimizer.type=lars"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("DL4J has no counterpart of train.optimizer.type = lars");
  }

  /** A rate too small to change any answer: the first evaluation stays the best. */
  @Test
  void aRunWithoutBetterEvaluationsIsComplete(JavaSparkContext spark) throws IOException {
    Experiment experiment =
        experiment("train.epochs=9", "train.patience=2", "train.learning-rate=1e-12");
    Path out = folder.resolve("run");
    TrainOutcome outcome = run(spark, experiment, out, NOBODY);
    assertThat(outcome.epochs()).isBetween(3, 8);
    assertThat(out.resolve("result.json")).exists();
    assertThat(run(spark, experiment, out, NOBODY)).isEqualTo(outcome);
    assertThatThrownBy(() -> new TrainJob(spark, experiment, data, Optional.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("train.patience waits for a better evaluation");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "averaging.schedule.kind=post-local|has none: give averaging.schedule.from, an epoch",
        "averaging.schedule.kind=quadratic|averaging.schedule.growth is what the kind quadratic needs",
        "averaging.schedule.from=1|averaging.schedule.from is used by the kind post-local only"
      })
  void aScheduleOfRoundsThatCannotBeIsRefused(String setting, String message) {
    assertThatThrownBy(() -> experiment("averaging.workers=2", setting).rounds(53))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aCompleteRunIsNotRepeated(JavaSparkContext spark) throws IOException {
    Path out = folder.resolve("run");
    TrainOutcome first = run(spark, experiment("train.epochs=1"), out, NOBODY);
    AtomicInteger rounds = new AtomicInteger();
    TrainOutcome second =
        run(
            spark,
            experiment("train.epochs=1"),
            out,
            new TrainingListener() {
              @Override
              public void onRound(RoundMetrics metrics, TrainingState state) {
                rounds.incrementAndGet();
              }
            });
    assertThat(second).isEqualTo(first);
    assertThat(rounds).hasValue(0);
    assertThat(first.testAccuracy()).isBetween(0.0, 1.0).isEqualTo(first.bestTestAccuracy());
    List<String> metrics = Files.readAllLines(out.resolve("metrics/epoch-0001.jsonl"));
    assertThat(metrics).hasSize(1);
    assertThat(metrics.get(0)).contains("\"epoch\":1").contains("\"evaluation\"");
  }

  @Test
  void theLastCheckpointAndTheBestHoldTheModelForDl4jIfAsked(JavaSparkContext spark)
      throws IOException {
    Path out = folder.resolve("run");
    run(spark, experiment("checkpoint.model-zip=true", "checkpoint.keep=9"), out, NOBODY);
    long best = newest(out).best().orElseThrow().globalRound();
    for (long round : new long[] {2, 4, 6, 8}) {
      // The first evaluation is the best so far.
      assertThat(out.resolve("checkpoints/round-0000000%s/model.zip".formatted(round)).toFile())
          .matches(zip -> zip.exists() == (round == 4 || round == 8 || round == best));
    }
    Path zip = out.resolve("checkpoints/round-00000008/model.zip");
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(zip.toFile());
    assertThat(graph.params().toFloatVector()).isEqualTo(newest(out).parameters());
    assertThat(graph.getUpdater().getUpdaterStateViewArray().toFloatVector())
        .isEqualTo(newest(out).optimizerState());
    assertThat(graph.getIterationCount()).isEqualTo((int) newest(out).progress().iteration());
    assertThat(graph.getEpochCount()).isEqualTo(2);
    try (InputStream in = Files.newInputStream(zip)) {
      assertThat(ModelZip.read(in).l2()).as("train.optimizer.weight-decay").isEqualTo(1e-4);
    }
    Path reset = folder.resolve("reset");
    run(
        spark,
        experiment(
            "checkpoint.model-zip=true", "train.epochs=1", "averaging.optimizer-state=reset"),
        reset,
        NOBODY);
    Path fresh = reset.resolve("checkpoints/round-00000004/model.zip");
    assertThat(ModelSerializer.restoreComputationGraph(fresh.toFile()).getIterationCount())
        .as("each round begins anew")
        .isZero();
    // Not asked for: none is made, and those there are stay.
    run(spark, experiment("train.epochs=1"), folder.resolve("without"), NOBODY);
    assertThat(folder.resolve("without/checkpoints/round-00000004/model.zip")).doesNotExist();
  }

  @Test
  void aFolderOfAnotherConfigurationIsRefusedNamingTheKey(JavaSparkContext spark)
      throws IOException {
    Path out = folder.resolve("run");
    run(spark, experiment("train.epochs=1"), out, NOBODY);
    assertThatThrownBy(
            () ->
                run(
                    spark,
                    experiment("train.epochs=1", "train.optimizer.weight-decay=0.5"),
                    out,
                    NOBODY))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("train.optimizer.weight-decay was 1.0E-4 and is now 0.5");
  }

  @Test
  void anotherTestSetThanTheRunBeganWithIsRefused(JavaSparkContext spark) throws IOException {
    Path out = folder.resolve("run");
    Experiment experiment = experiment("train.epochs=1", "averaging.frequency=1");
    assertThatThrownBy(() -> run(spark, experiment, out, new KillAfter(3))).hasMessage("killed");
    URI other = TinyData.write(folder.resolve("other"), 21);
    for (Optional<URI> changed : List.of(Optional.of(other), Optional.<URI>empty())) {
      TrainJob job = new TrainJob(spark, experiment, data, changed);
      assertThatThrownBy(() -> job.run(out.toUri(), Progress.SILENT, NOBODY))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(
              "holds a run of another configuration: data set test examples was 20")
          .hasMessageContaining(changed.isPresent() ? "and is now 21" : "and is now absent");
    }
    assertThat(run(spark, experiment, out, NOBODY).epochs()).isEqualTo(1);
  }

  @Test
  void aSecondDriverIsToldWhoHoldsTheFolderAndChangesNothing(JavaSparkContext spark)
      throws IOException {
    Path out = folder.resolve("run");
    assertThatThrownBy(() -> run(spark, experiment(), out, new KillAfter(3))).hasMessage("killed");
    FileSystem fileSystem = FileSystem.getLocal(new Configuration());
    Path left = Files.createDirectory(out.resolve("checkpoints/.tmp-of-the-first"));
    try (Lease first = BusyFolder.hold(fileSystem, new org.apache.hadoop.fs.Path(out.toUri()))) {
      assertThatThrownBy(() -> run(spark, experiment(), out, NOBODY))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
      first.requireHeld();
    }
    assertThat(left).exists();
    assertThat(run(spark, experiment(), out, NOBODY).rounds()).isEqualTo(8);
    assertThat(out.resolve(".lease")).doesNotExist();
  }

  /** Kind: something is written before it is certain that nobody else writes. */
  @Test
  void aDriverWithoutTheLeaseWritesNothing(JavaSparkContext spark) throws IOException {
    Path out = folder.resolve("run");
    FileSystem fileSystem = FileSystem.getLocal(new Configuration());
    try (Lease first = BusyFolder.hold(fileSystem, new org.apache.hadoop.fs.Path(out.toUri()))) {
      TrainJob second = new TrainJob(spark, experiment(), data, Optional.of(test), WITHDRAWN);
      assertThatThrownBy(() -> second.run(out.toUri(), Progress.SILENT, NOBODY))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("is in use by process");
      first.requireHeld();
      assertThat(out.toFile().list()).containsExactly(".lease");
    }
  }

  /** Fails before the first round, and may do something before. */
  private record FailAtTheStart(Path lease, Optional<String> other) implements TrainingListener {
    @Override
    public void onStart(TrainingState start) {
      try {
        if (other.isPresent()) {
          Files.writeString(lease, other.get());
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      throw new IllegalStateException("killed");
    }
  }

  /** Kind: cleaning up in a folder that is another process's by now. */
  @Test
  void aRunThatHasDoneNothingIsTakenBackByWhoHoldsItAlone(JavaSparkContext spark)
      throws IOException {
    for (Optional<String> other :
        List.of(Optional.of("{\"id\": \"another's\"}"), Optional.<String>empty())) {
      Path out = folder.resolve("run-" + other.isPresent());
      TrainJob job = new TrainJob(spark, experiment(), data, Optional.of(test), WITHDRAWN);
      FailAtTheStart failing = new FailAtTheStart(out.resolve(".lease"), other);
      assertThatThrownBy(() -> job.run(out.toUri(), Progress.SILENT, failing)).hasMessage("killed");
      if (other.isPresent()) {
        assertThat(out.toFile().list()).containsExactlyInAnyOrder(".lease", "run.json");
      } else {
        assertThat(out).doesNotExist();
      }
    }
    Path kept = folder.resolve("kept");
    TrainJob job = new TrainJob(spark, experiment(), data, Optional.of(test));
    FailAtTheStart failing = new FailAtTheStart(kept.resolve(".lease"), Optional.empty());
    assertThatThrownBy(() -> job.run(kept.toUri(), Progress.SILENT, failing)).hasMessage("killed");
    assertThat(kept.toFile().list()).containsExactly("run.json");
  }

  /** Kind: a file that was being replaced when the process was killed is taken for none. */
  @Test
  void aRunKilledWhileItsRecordWasReplacedGoesOn(JavaSparkContext spark) throws IOException {
    Path out = folder.resolve("run");
    assertThatThrownBy(() -> run(spark, experiment(NESTEROV), out, new KillAfter(3)))
        .hasMessage("killed");
    Files.move(out.resolve("run.json"), out.resolve(".previous-run.json"));
    TrainJob job = new TrainJob(spark, experiment(NESTEROV), data, Optional.of(test));
    assertThat(job.plan(out.toUri()).workers()).isEqualTo(2);
    job.run(out.toUri(), Progress.SILENT, NOBODY);
    SavedRuns.assertSameBits(out, undisturbed);
  }

  /** Kind: what a killed process wrote of later epochs is taken for the newest of this one. */
  @Test
  void metricsOfAnEpochWithoutItsCheckpointAreNotTheLast(JavaSparkContext spark)
      throws IOException {
    Path out = folder.resolve("run");
    Experiment paused = experiment("train.epochs=3", "train.stop-after=2");
    TrainOutcome expected = run(spark, paused, out, NOBODY);
    Files.writeString(out.resolve("metrics/epoch-0003.jsonl"), "{\"epoch\":3,\"loss\":9}\n");
    assertThat(run(spark, paused, out, NOBODY)).isEqualTo(expected);
  }

  @Test
  void divergenceStopsTheRunAndNamesTheLastGoodCheckpoint(JavaSparkContext spark) {
    Path out = folder.resolve("run");
    Experiment experiment =
        experiment(
            "train.schedule.kind=step",
            "train.schedule.milestones=[1]",
            "train.schedule.factor=1e30");
    assertThatThrownBy(() -> run(spark, experiment, out, NOBODY))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("Training diverged")
        .hasMessageContaining("the last good checkpoint is")
        .hasMessageContaining("round-00000004");
  }

  @Test
  void aDamagedNewestCheckpointIsPassedOver(JavaSparkContext spark) throws IOException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    run(spark, experiment(), whole, NOBODY);
    assertThatThrownBy(() -> run(spark, experiment(), broken, new KillAfter(7)))
        .hasMessage("killed");
    Path vectors = broken.resolve("checkpoints/round-00000006/state.bin");
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[bytes.length / 2] ^= 1;
    Files.write(vectors, bytes);
    run(spark, experiment(), broken, NOBODY);
    SavedRuns.assertSameBits(broken, whole);
  }

  @Test
  void theTestSetMustBeOfTheTrainingSetsKind(JavaSparkContext spark) throws IOException {
    URI other = TinyData.write(folder.resolve("other"), 20, new FeatureShape(3, 8, 8), 4);
    assertThatThrownBy(() -> new TrainJob(spark, experiment(), data, Optional.of(other)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "has class 'grating-3' that the training set has not: shard both alike");
  }

  @Test
  void theNumberOfWorkersIsThatOfTheTaskSlotsUnlessGiven(JavaSparkContext spark)
      throws IOException {
    TrainPlan plan =
        new TrainJob(spark, experiment("averaging.workers=null"), data, Optional.empty())
            .plan(folder.resolve("none").toUri());
    assertThat(plan.workers()).isEqualTo(2);
    assertThat(plan.roundsPerEpoch()).isEqualTo(4);
    assertThat(plan.toText()).contains("2, minibatches of 4 each (8 together)");
  }

  /** Kind: a plan that tells of other bytes than are written; a file's JSON is not counted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          averaging.outer.step=mean       | averaging.optimizer-state=average
          averaging.outer.step=nesterov   | averaging.optimizer-state=reset
          train.ema.decay=0.9             | train.optimizer.type=adam
          train.ema.decay=0.9             | checkpoint.model-zip=true
          train.optimizer.type=sgd        | checkpoint.model-zip=true
          """)
  void aPlanKnowsHowLargeCheckpointsAre(String first, String second, JavaSparkContext spark)
      throws IOException {
    Experiment experiment = experiment("train.epochs=1", first, second);
    Path out = folder.resolve("run");
    TrainPlan plan = new TrainJob(spark, experiment, data, Optional.of(test)).plan(out.toUri());
    run(spark, experiment, out, NOBODY);
    assertThat(bytes(out.resolve("checkpoints/round-00000002")))
        .isCloseTo(plan.checkpointBytes(), within(plan.checkpointBytes() / 10));
    long last = plan.checkpointBytes() + plan.modelZipBytes();
    assertThat(bytes(out.resolve("checkpoints/round-00000004"))).isCloseTo(last, within(last / 10));
    assertThat(plan.toText().contains(", the last and the best "))
        .isEqualTo(experiment.checkpoint().modelZip());
    assertThat(plan.driverBytes()).isGreaterThan(2 * plan.checkpointBytes());
  }

  private static long bytes(Path checkpoint) {
    return Arrays.stream(checkpoint.toFile().listFiles()).mapToLong(File::length).sum();
  }

  /** Or a run with halves is refused for memory that it does not take. */
  @Test
  void whatAWorkerTakesIsByTheRunsStorage(JavaSparkContext spark) throws IOException {
    assertThat(workerHeap(spark, "engine.storage=bfloat16"))
        .isLessThan(workerHeap(spark, "engine.storage=float32"));
  }

  private long workerHeap(JavaSparkContext spark, String storage) throws IOException {
    Experiment experiment = experiment("engine.name=lane", storage);
    return new TrainJob(spark, experiment, data, Optional.empty())
        .plan(folder.resolve("none").toUri())
        .replica()
        .heap();
  }

  @Test
  void aResumedRunTakesTheWorkersThatAreNotGivenFromItsRecord(JavaSparkContext spark)
      throws IOException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    run(spark, experiment("averaging.workers=1"), whole, NOBODY);
    assertThatThrownBy(
            () -> run(spark, experiment("averaging.workers=1"), broken, new KillAfter(3)))
        .hasMessage("killed");

    // There are two slots, and so there would be two workers.
    run(spark, experiment("averaging.workers=null"), broken, NOBODY);

    SavedRuns.assertSameBits(broken, whole);
  }

  @Test
  void theRecordSaysWhatComputedAndFromWhichRound(JavaSparkContext spark) throws IOException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    Path changed = folder.resolve("changed");
    TrainOutcome outcome = run(spark, experiment("engine=lane", "engine.lanes=4"), whole, NOBODY);
    assertThat(outcome.toText()).contains("Computed with lane, 4 lanes, ");
    for (Path out : List.of(broken, changed)) {
      assertThatThrownBy(
              () -> run(spark, experiment("engine=lane", "engine.lanes=4"), out, new KillAfter(3)))
          .hasMessage("killed");
    }

    run(spark, experiment("engine=lane"), broken, NOBODY);
    TrainOutcome other = run(spark, experiment("engine=lane", "engine.lanes=8"), changed, NOBODY);

    // Without a word it continues as it began, which every machine can.
    SavedRuns.assertSameBits(broken, whole);
    assertThat(other.engine()).matches("lane, 4 lanes, .*; from round 3 lane, 8 lanes, .*");
    assertThat(changed.resolve("run.json")).content().contains("\"fromRound\" : 3");
  }

  /** Kind: last bits that change without a word, where auto finds another engine than before. */
  @Test
  void anotherEngineThanBeforeIsWarnedOf(JavaSparkContext spark) throws IOException {
    Experiment experiment = experiment("engine=auto", "engine.lanes=4");
    assertThatThrownBy(() -> run(spark, experiment, folder, new KillAfter(3))).hasMessage("killed");
    Path record = folder.resolve("run.json");
    String gpu = "cuda, 1 lanes, 1 threads, a GPU that is gone";
    Files.writeString(
        record,
        Files.readString(record)
            .replaceFirst("\"engine\" : \"lane, [^\"]*\"", "\"engine\" : \"" + gpu + "\""));
    try (LogCapture log = new LogCapture(EngineRecorder.class)) {
      run(spark, experiment, folder, NOBODY);

      assertThat(log.warnings())
          .singleElement(as(STRING))
          .contains("was computed with " + gpu + " before round 3 and continues with lane, ");
    }
  }

  @Test
  void aResumedRunTakesItsNetworkFromTheCheckpoint(JavaSparkContext spark) throws IOException {
    Experiment experiment = experiment("method=snip", "pruning.chunk=16");
    assertThatThrownBy(() -> run(spark, experiment, folder, new KillAfter(3))).hasMessage("killed");
    assertThat(folder.resolve("pruning.json")).content().contains("\"method\" : \"snip\"");

    // Nothing but a design writes this file, and nothing but scores run jobs before training.
    Files.delete(folder.resolve("pruning.json"));
    TrainJob resumed = new TrainJob(spark, experiment, data, Optional.of(test));
    NetworkSpec network = inGroup(spark, "resumed", () -> resumed.network(folder.toUri()));
    TrainJob another = new TrainJob(spark, experiment, data, Optional.of(test));
    URI fresh = folder.resolve("new").toUri();
    assertThat(network).isEqualTo(inGroup(spark, "scored", () -> another.network(fresh)));

    TrainOutcome outcome = resumed.run(folder.toUri(), Progress.SILENT, NOBODY);

    assertThat(folder.resolve("pruning.json")).doesNotExist();
    assertThat(spark.statusTracker().getJobIdsForGroup("scored")).isNotEmpty();
    assertThat(spark.statusTracker().getJobIdsForGroup("resumed")).isEmpty();
    assertThat(outcome.method()).isEqualTo("snip");
    assertThat(outcome.density()).isCloseTo(0.5, within(0.001));
  }

  /** Kind: a file that no page tells of. */
  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoints.md, ## The run directory", "architecture.md, ## A run's folder"})
  void whatARunWritesIsInTheListsOfThePages(String place, JavaSparkContext spark)
      throws IOException {
    run(spark, experiment("method=snip", "pruning.chunk=16"), folder, NOBODY);
    String[] page = place.split(", ");
    String list =
        Files.readString(Path.of("../docs", page[0])).split(page[1], 2)[1].split("```", 3)[1];
    try (Stream<Path> written = Files.walk(folder)) {
      assertThat(written.filter(Files::isRegularFile))
          .extracting(file -> file.getFileName().toString().replaceFirst("-\\d+", "-"))
          .filteredOn(name -> !name.endsWith(".crc"))
          .contains("pruning.json", "result.json")
          .allSatisfy(name -> assertThat(list.replaceAll("-(\\d+|N+)", "-")).contains(name));
    }
    assertThat(list).contains(".lease", RunDirectory.FAILURE);
  }

  private static <T> T inGroup(JavaSparkContext spark, String group, Callable<T> work)
      throws IOException {
    spark.setJobGroup(group, group);
    try {
      return work.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      spark.clearJobGroup();
    }
  }
}
