package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.report.Progress;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.GridSearch;
import org.sscspark.search.Job;
import org.sscspark.search.ParzenSearch;
import org.sscspark.search.RandomSearch;
import org.sscspark.search.Search;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Standing;
import org.sscspark.search.Strategy;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.spark.train.UnusedSettings;
import org.sscspark.spark.trial.CountedFileSystem;
import org.sscspark.spark.trial.FailedTrialsException;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.watch.WatchSettings;
import org.sscspark.training.TrainingListener;

@ExtendWith(LocalSpark.class)
class SweepJobTest {
  private static final Space SPACE =
      Space.builder()
          .logUniform("train.learning-rate", 0.001, 0.2)
          .choice("density", 0.3, 0.6)
          .build();
  private static final SearchObjective LOSS = SearchObjective.minimize("validation-loss");

  @TempDir private static Path shared;
  private static URI data;
  private static URI validation;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    data = TinyData.write(shared.resolve("train"), 40);
    validation = TinyData.write(shared.resolve("validation"), 20);
  }

  private static Sweep sweep(Space space, Strategy strategy, int trials, String... overrides) {
    Experiment experiment =
        Settings.of(Experiments.tiny("averaging.workers=null"), List.of(overrides))
            .bind(Experiment.class);
    return Sweep.of(experiment, space, LOSS, strategy, Budget.trials(trials));
  }

  private static SweepResult run(JavaSparkContext spark, Sweep sweep, Path out, Progress progress)
      throws IOException, InterruptedException {
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), data, validation);
    return SweepJob.run(spark, sweep, sets, Location.of(out.toString()), progress);
  }

  private static SweepResult run(JavaSparkContext spark, Sweep sweep, Path out)
      throws IOException, InterruptedException {
    return run(spark, sweep, out, Progress.SILENT);
  }

  private static SweepResult report(JavaSparkContext spark, Path out) throws IOException {
    return SweepJob.report(
        SweepFolder.existing(spark.hadoopConfiguration(), Location.of(out.toString())));
  }

  /** Stops the driver in the middle, as kill would, at the n-th report. */
  private static Progress killAt(int report) {
    return (name, total, unit) ->
        new Progress.Stage() {
          private int reports;

          @Override
          public void at(long done, Supplier<String> detail, Supplier<List<String>> lines) {
            reports++;
            if (reports == report) {
              throw new IllegalStateException("killed");
            }
          }

          @Override
          public void close() {}
        };
  }

  private static Map<Path, FileTime> results(Path out) throws IOException {
    Map<Path, FileTime> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out.resolve("trials"))) {
      for (Path file : files.filter(f -> f.endsWith("result.json")).toList()) {
        results.put(file, Files.getLastModifiedTime(file));
      }
    }
    return results;
  }

  @Test
  void aKilledDriverGoesOnAndEndsWithTheSameLeaderboard(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    Sweep sweep = sweep(SPACE, new RandomSearch(), 5, "train.epochs=1");
    SweepResult undisturbed = run(spark, sweep, whole);
    // The driver dies when two have begun, and once more when the first of them has told its epoch
    // and ends.
    assertThatThrownBy(() -> run(spark, sweep, broken, killAt(2))).hasMessage("killed");
    // What a person or a file manager leaves there is no trial.
    Files.createDirectories(broken.resolve("trials/old-copy"));
    Files.createFile(broken.resolve("trials/.DS_Store"));
    assertThat(report(spark, broken).standings())
        .extracting(Standing::state)
        .contains(Standing.State.RUNNING);
    assertThatThrownBy(() -> run(spark, sweep, broken, killAt(4))).hasMessage("killed");
    Map<Path, FileTime> before = results(broken);
    assertThat(before.size()).isBetween(1, 3);
    SweepResult resumed = run(spark, sweep, broken);
    assertThat(results(broken)).hasSize(5).containsAllEntriesOf(before);
    assertThat(Files.readString(broken.resolve("sweep.csv")))
        .isEqualTo(Files.readString(whole.resolve("sweep.csv")));
    assertThat(resumed.standings()).isEqualTo(undisturbed.standings()).hasSize(5);
    assertThat(resumed.standings())
        .extracting(Standing::state)
        .containsOnly(Standing.State.COMPLETE);
  }

  @Test
  void aLargerBudgetExtendsTheSweepAndRepeatsNothing(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path out = folder.resolve("sweep");
    run(spark, sweep(SPACE, new ParzenSearch(2, 0.3, 8, 1), 2, "train.epochs=1"), out);
    Map<Path, FileTime> before = results(out);
    SweepResult extended =
        run(spark, sweep(SPACE, new ParzenSearch(2, 0.3, 8, 1), 4, "train.epochs=1"), out);
    assertThat(results(out)).hasSize(4).containsAllEntriesOf(before);
    SweepResult once =
        run(
            spark,
            sweep(SPACE, new ParzenSearch(2, 0.3, 8, 1), 4, "train.epochs=1"),
            folder.resolve("once"));
    assertThat(extended.standings()).isEqualTo(once.standings());
    assertThatThrownBy(() -> run(spark, sweep(SPACE, new RandomSearch(), 4, "train.epochs=1"), out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds another sweep: sweep.strategy.");
    Sweep same = sweep(SPACE, new ParzenSearch(2, 0.3, 8, 1), 4, "train.epochs=1");
    URI flat = TinyData.described(data, folder.resolve("flat"), "\"width\" : 8", "\"width\" : 4");
    URI flatToo =
        TinyData.described(validation, folder.resolve("too"), "\"width\" : 8", "\"width\" : 4");
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), flat, flatToo);
    assertThatThrownBy(() -> SweepJob.check(spark.hadoopConfiguration(), same, sets, out.toUri()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("data set training shape was 3x8x8 and is now 3x8x4");
  }

  /** Kind: a setting that the cluster's size stands for stays what it was, on whatever cluster. */
  @ParameterizedTest
  @CsvSource({"in-task, sweep.strategy.tpe.lag", "data-parallel, averaging.workers"})
  void aSweepIsResumedAsOnTheClusterThatItBeganOn(String runs, String key, JavaSparkContext spark)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(Experiments.TINY);
    arguments.addAll(
        List.of(
            "averaging.workers=null",
            "train.epochs=1",
            "sweep.space.train.learning-rate=[0.01, 0.02]",
            "sweep.strategy.kind=" + (runs.equals("in-task") ? "tpe" : "random"),
            "sweep.runs=" + runs,
            "sweep.budget.trials=1"));
    Settings settings = Settings.load(Optional.empty(), arguments);
    URI out = Location.of(folder.resolve("sweep").toString());
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), data, validation);
    assertThat(SweepJob.unset(spark.hadoopConfiguration(), out, 2)).isEqualTo(SlotDefaults.of(2));
    Sweep first = Sweep.read(settings, SlotDefaults.of(2));
    SweepJob.run(spark, first, sets, out, Progress.SILENT);
    Sweep smaller = Sweep.read(settings, SlotDefaults.of(1));
    assertThatThrownBy(() -> SweepJob.check(spark.hadoopConfiguration(), smaller, sets, out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "holds another sweep: " + key + " was 2 and is now 1; choose another");
    Sweep again = Sweep.read(settings, SweepJob.unset(spark.hadoopConfiguration(), out, 1));
    SweepJob.check(spark.hadoopConfiguration(), again, sets, out);
    assertThat(again).isEqualTo(first);
  }

  @Test
  void timeLimitsHowLongTrialsAreBegun(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path out = folder.resolve("sweep");
    Sweep some = sweep(SPACE, new RandomSearch(), 2, "train.epochs=1");
    Search search = some.search();
    Sweep timed =
        new Sweep(
            some.experiment(),
            new Search(
                search.space(),
                search.objective(),
                search.strategy(),
                Budget.wallTime(Duration.ofMillis(1)),
                search.epochs(),
                search.seed()),
            some.runs());
    assertThat(run(spark, timed, out).standings()).hasSizeLessThanOrEqualTo(2);
    assertThat(run(spark, some, out).standings()).hasSize(2);
  }

  @Test
  void aPausedAndPromotedTrialEndsAsIfItHadNeverPaused(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path out = folder.resolve("asha");
    Sweep asha = sweep(SPACE, new SuccessiveHalving(1, 2), 4, "train.epochs=3");
    SweepResult result = run(spark, asha, out);
    List<Job> promoted =
        result.history().events().stream()
            .filter(event -> event instanceof Job job && job.epochs() > 1)
            .map(Job.class::cast)
            .toList();
    assertThat(promoted).isNotEmpty();
    assertThat(result.history().running()).isEmpty();
    assertThat(result.standings())
        .extracting(Standing::state)
        .contains(Standing.State.PAUSED)
        .doesNotContain(Standing.State.FAILED);
    // Random search trains the same points to the end.
    SweepResult random =
        run(spark, sweep(SPACE, new RandomSearch(), 4, "train.epochs=3"), folder.resolve("random"));
    Map<Integer, Double> scores = new TreeMap<>();
    random.standings().forEach(one -> scores.put(one.trial(), one.score().orElseThrow()));
    Standing best = result.best().orElseThrow();
    assertThat(best.state()).isEqualTo(Standing.State.COMPLETE);
    assertThat(best.score().orElseThrow()).isEqualTo(scores.get(best.trial()));
    assertThat(result.curves().get(best.trial())).hasSize(3);
  }

  /** Neither the journal nor a record is read again, and nobody looks for what is not there. */
  @Test
  void whatTheDriverAsksTheFileSystemForEachTrial(JavaSparkContext spark)
      throws IOException, InterruptedException {
    CountedFileSystem.register(spark.hadoopConfiguration());
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), data, validation);
    List<Long> calls = new ArrayList<>();
    for (int trials : new int[] {1, 3}) {
      long before = CountedFileSystem.calls();
      SweepResult result =
          SweepJob.run(
              spark,
              sweep(SPACE, new RandomSearch(), trials, "train.epochs=1"),
              sets,
              URI.create("counted:" + folder.resolve("sweep" + trials)),
              Progress.SILENT);
      calls.add(CountedFileSystem.calls() - before);
      assertThat(result.curves()).hasSize(trials);
    }
    SweepFolder other =
        new SweepFolder(
            spark.hadoopConfiguration(), URI.create("counted:" + folder.resolve("other")));
    LoggedEvent event = new LoggedEvent(new Event.Failure(0, 1, "one"), 1);
    other.append(0, event);
    long before = CountedFileSystem.calls();
    other.append(1, event);
    long entry = CountedFileSystem.calls() - before;
    // Two entries of the journal; its metrics are opened for its score, and listed and opened for
    // its curve. On a local disk whoever opens or lists a file asks for its status as well, and the
    // listing of all trials does for each.
    int opened = 2;
    int listed = 2;
    assertThat(calls.get(1) - calls.get(0))
        .isEqualTo(2 * (2 * entry + opened + listed + opened + 1));
  }

  @Test
  void aTrialThatFailsIsRecordedWithItsReasonAndTheOthersGoOn(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Space space = Space.builder().choice("train.learning-rate", "1e30", "0.05").build();
    Path out = folder.resolve("sweep");
    SweepResult result = run(spark, sweep(space, new GridSearch(), 2, "train.epochs=1"), out);
    assertThat(result.standings())
        .extracting(Standing::state)
        .containsExactly(Standing.State.COMPLETE, Standing.State.FAILED);
    Standing failed = result.standings().get(1);
    assertThat(failed.reason()).contains("diverged").doesNotContain("\n");
    assertThat(failed.score()).isEmpty();
    result.requireOneThatDidNotFail();
    assertThat(Files.readString(out.resolve("sweep.html"))).contains("Failed trials");
    assertThat(result.text()).contains("1 failed; trial 0: ");
  }

  /** Kind: a lost shard, a full disk. Only what trials' own settings bring about is a result. */
  @Test
  void whatIsNotTheTrialsFaultIsNoResultAndTriedAgain(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path own = folder.resolve("data");
    URI copy = TinyData.write(own, 40);
    Path shard;
    try (Stream<Path> shards = Files.list(own.resolve("shards"))) {
      shard = shards.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Path elsewhere = Files.move(shard, folder.resolve("elsewhere"));
    Path out = folder.resolve("sweep");
    Sweep sweep = sweep(SPACE, new RandomSearch(), 2, "train.epochs=1");
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), copy, validation);

    SweepResult lost =
        SweepJob.run(spark, sweep, sets, Location.of(out.toString()), Progress.SILENT);

    assertThat(lost.leftOver()).hasSize(2).containsKey(0);
    assertThat(lost.standings()).noneMatch(one -> one.state() == Standing.State.FAILED);
    assertThatThrownBy(lost::requireOneThatDidNotFail)
        .isInstanceOf(FailedTrialsException.class)
        .hasMessageContaining("2 of 2 trials could not be computed (0, 1)")
        .hasMessageContaining("the same command tries them again and goes on; trial 0: ")
        .hasMessageContaining("is missing");
    // Of an earlier report, whose best trial has failed since.
    Files.writeString(out.resolve("best.conf"), "density = 1");
    report(spark, out);
    assertThat(out.resolve("best.conf")).doesNotExist();

    Files.move(elsewhere, shard);
    SweepResult found =
        SweepJob.run(spark, sweep, sets, Location.of(out.toString()), Progress.SILENT);
    found.requireOneThatDidNotFail();
    assertThat(found.standings())
        .hasSize(2)
        .allMatch(one -> one.state() == Standing.State.COMPLETE);
    assertThat(found.history().trials()).isEqualTo(2);
  }

  @Test
  void trialsMayRunOnTheWholeClusterOneByOne(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Sweep parallel = sweep(SPACE, new SuccessiveHalving(1, 2), 2, "averaging.workers=1");
    Sweep oneByOne = new Sweep(parallel.experiment(), parallel.search(), RunMode.DATA_PARALLEL);
    SweepResult result = run(spark, oneByOne, folder.resolve("sweep"));
    assertThat(result.history().events())
        .filteredOn(event -> event instanceof Event.Result)
        .hasSize(3);
    assertThat(result.best().orElseThrow().epochs()).isEqualTo(2);
  }

  @Test
  void theBestSettingsAreAnExperimentOfTheSameResult(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path out = folder.resolve("sweep");
    SweepResult result = run(spark, sweep(SPACE, new RandomSearch(), 2, "train.epochs=1"), out);
    Standing best = result.best().orElseThrow();
    Settings settings = Settings.load(Optional.of(out.resolve("best.conf").toString()), List.of());
    Experiment experiment = settings.bind(Experiment.class);
    assertThat(experiment).isEqualTo(result.sweep().at(best.point()));
    // Kind: a warning of what the program itself wrote.
    assertThat(UnusedSettings.text(settings, List.of(experiment), Set.of())).isEmpty();
    assertThat(experiment.averaging().workers()).contains(1);
    assertThat(result.json().path("leaderboard")).hasSize(2);
    assertThat(result.json().path("best").path("trial").asInt()).isEqualTo(best.trial());
    assertThat(report(spark, out).json()).isEqualTo(result.json());
  }

  @Test
  void keysAndValuesAreCheckedBeforeAnythingRuns() {
    assertThatThrownBy(
            () -> sweep(Space.builder().choice("densty", 1).build(), new GridSearch(), 1))
        .isInstanceOf(BadInputException.class)
        .hasMessage("Space: Unknown setting densty (argument densty=1): did you mean 'density'?");
    assertThatThrownBy(
            () -> sweep(Space.builder().choice("train.lr", 1).build(), new GridSearch(), 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Space: Unknown setting train.lr (argument train.lr=1): ");
    assertThatThrownBy(
            () ->
                sweep(Space.builder().uniform("density", 0.5, 1.5).build(), new RandomSearch(), 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at the point density=1.5: ")
        .hasMessageContaining("density = 1.5 must be above 0 and at most 1");
    assertThatThrownBy(() -> sweep(SPACE, new RandomSearch(), 1, "averaging.workers=4"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("A trial in one task has one worker, but averaging.workers = 4");
    Sweep good = sweep(SPACE, new RandomSearch(), 1);
    assertThatThrownBy(
            () ->
                Sweep.of(
                    good.experiment(),
                    SPACE,
                    SearchObjective.maximize("validation-acuracy"),
                    new RandomSearch(),
                    Budget.trials(1)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "Objective: there is no metric validation-acuracy: did you mean 'validation-accuracy'?");
  }

  @Test
  void aSweepIsWhatItsConfigurationSays() {
    for (Strategy strategy :
        List.of(new RandomSearch(), new SuccessiveHalving(1, 2), new ParzenSearch(5, 0.2, 12, 3))) {
      Sweep sweep = sweep(SPACE, strategy, 7);
      assertThat(Sweep.of(sweep.configuration(), Budget.trials(7))).isEqualTo(sweep);
    }
  }

  /**
   * Kind: what a trial's machine lacks, such as a GPU, memory or a class; such trials are no
   * results, and where none can be computed no more begin than run at once.
   */
  @ParameterizedTest
  @EnumSource(RunMode.class)
  void whatTheMachineLacksIsNoResult(RunMode mode, JavaSparkContext spark)
      throws IOException, InterruptedException {
    URI out = Location.of(folder.resolve("sweep").toString());
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), data, validation);
    TrialData lacking =
        new TrialData(
            sets.training(), sets.test(), new WatchSettings(false, List.of("no.such.Listener")));
    Experiment experiment =
        sweep(SPACE, new RandomSearch(), 1, "train.epochs=1", "averaging.workers=1").experiment();
    Search timed =
        new Search(SPACE, LOSS, new RandomSearch(), Budget.wallTime(Duration.ofSeconds(5)), 1, 1);

    SweepResult lost =
        SweepJob.run(spark, new Sweep(experiment, timed, mode), lacking, out, Progress.SILENT);

    assertThat(lost.standings()).noneMatch(one -> one.state() == Standing.State.FAILED);
    assertThat(lost.leftOver()).hasSameSizeAs(lost.standings()).hasSizeLessThanOrEqualTo(8);
    assertThat(lost.leftOver().get(0)).contains("no.such.Listener");

    Search one = new Search(SPACE, LOSS, new RandomSearch(), Budget.trials(1), 1, 1);
    SweepResult found =
        SweepJob.run(spark, new Sweep(experiment, one, mode), sets, out, Progress.SILENT);
    assertThat(found.standings()).allMatch(each -> each.state() == Standing.State.COMPLETE);
  }

  /** Kind: a part of a finished trial that is gone says nothing of its settings. */
  @Test
  void lostMetricsAreNoResult(JavaSparkContext spark) throws IOException, InterruptedException {
    Path out = folder.resolve("sweep");
    Sweep sweep = sweep(SPACE, new RandomSearch(), 1, "train.epochs=1");
    run(spark, sweep, out);
    Files.delete(out.resolve("journal/00000001.json"));
    try (Stream<Path> files = Files.walk(out.resolve("trials"))) {
      for (Path file : files.filter(f -> f.endsWith("epoch-0001.jsonl")).toList()) {
        Files.delete(file);
      }
    }
    SweepResult lost = run(spark, sweep, out);
    assertThat(lost.standings()).noneMatch(one -> one.state() == Standing.State.FAILED);
    assertThat(lost.leftOver().get(0)).contains("epoch-0001.jsonl is lost");
  }

  /** Kind: weights that trials start from are not there, or others by now, at the same path. */
  @Test
  void aSweepIsOfTheWeightsThatItStartsFrom(JavaSparkContext spark)
      throws IOException, InterruptedException {
    Path start = folder.resolve("start");
    Space space = Space.builder().choice("train.learning-rate", 0.05, 0.1).build();
    Sweep one =
        sweep(space, new GridSearch(), 1, "train.epochs=1", "method=dense", "from=" + start);
    Path out = folder.resolve("sweep");
    TrialData sets = TrialData.at(spark.hadoopConfiguration(), data, validation);
    assertThatThrownBy(
            () ->
                SweepJob.check(spark.hadoopConfiguration(), one, sets, Location.of(out.toString())))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(start.toString());
    assertThat(out).doesNotExist();

    trainStart(spark, start, "seed=1");
    run(spark, one, out);
    Files.move(start, folder.resolve("before"));
    trainStart(spark, start, "seed=2");
    Sweep more =
        sweep(space, new GridSearch(), 2, "train.epochs=1", "method=dense", "from=" + start);
    assertThatThrownBy(() -> run(spark, more, out))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("from " + start + " sha256 was ");
  }

  private static void trainStart(JavaSparkContext spark, Path start, String seed)
      throws IOException {
    new TrainJob(
            spark, Experiments.tiny("method=dense", "train.epochs=1", seed), data, Optional.empty())
        .run(start.toUri(), Progress.SILENT, new TrainingListener() {});
  }

  /** Kind: trials that are ranked by another network than theirs. */
  @Test
  void ashaRanksNoNetworkThatIsStillDense() {
    assertThatThrownBy(
            () ->
                sweep(
                    SPACE,
                    new SuccessiveHalving(1, 3),
                    4,
                    "method=fine-tune",
                    "train.epochs=9",
                    "pruning.dense-share=0.5"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("asha.min-epochs")
        .hasMessageContaining("pruning.dense-share");
  }

  /** Kind: the best trial would be the worst. */
  @Test
  void aDirectionThatIsNotTheMetricsIsRefused() {
    assertThatThrownBy(
            () ->
                Sweep.of(
                    Experiments.tiny("averaging.workers=1"),
                    SPACE,
                    SearchObjective.maximize("validation-loss"),
                    new RandomSearch(),
                    Budget.trials(1)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("contradicts");
  }

  /** Kind: trials scored on what they are trained on. */
  @Test
  void aValidationSetThatIsTheTrainingSetIsRefused(JavaSparkContext spark) {
    TrialData same = TrialData.at(spark.hadoopConfiguration(), data, data);
    URI out = Location.of(folder.resolve("sweep").toString());
    Sweep sweep = sweep(SPACE, new RandomSearch(), 1);
    assertThatThrownBy(() -> SweepJob.check(spark.hadoopConfiguration(), sweep, same, out))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Validation set ")
        .hasMessageContaining(" is the training set; give other images");
  }
}
