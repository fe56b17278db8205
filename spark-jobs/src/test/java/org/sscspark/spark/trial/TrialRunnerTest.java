package org.sscspark.spark.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.WatchSettings;
import org.sscspark.spark.watch.WatchedRun;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.TrainingListener;

@ExtendWith(LocalSpark.class)
class TrialRunnerTest {
  private static final int EXAMPLES = 53;

  @TempDir private static Path shared;
  private static URI training;
  private static URI test;

  @TempDir private Path folder;

  @BeforeAll
  static void shard() throws IOException {
    training = TinyData.write(shared.resolve("train"), EXAMPLES);
    test = TinyData.write(shared.resolve("test"), 20);
  }

  private static Experiment experiment(String... overrides) {
    List<String> all = new ArrayList<>(List.of("averaging.workers=1", "pruning.chunk=16"));
    all.addAll(List.of(overrides));
    return Experiments.tiny(all.toArray(String[]::new));
  }

  private static Trial trial(JavaSparkContext spark, String alias, String... overrides) {
    TrialData data = data(spark);
    return new Trial(
        alias,
        experiment(overrides),
        ImageSet.of(data.training().manifest()),
        ImageSet.of(data.test().manifest()));
  }

  private static TrialData data(JavaSparkContext spark) {
    return TrialData.at(spark.hadoopConfiguration(), training, test);
  }

  private static TrialRunner runner(JavaSparkContext spark, Path root) {
    return new TrialRunner(
        spark, URI.create(root.toUri().toString().replaceAll("/$", "")), data(spark));
  }

  private static void run(JavaSparkContext spark, Path root, RunMode mode, Trial... trials)
      throws Exception {
    runner(spark, root).run(mode, List.of(trials), Progress.SILENT);
  }

  private static Path path(Path root, Trial trial) {
    return Path.of(trial.folder(root.toUri().normalize()).getPath().replace("//", "/"));
  }

  private static byte[] lastState(Path run) throws IOException {
    try (var rounds = Files.list(run.resolve("checkpoints"))) {
      Path last = rounds.sorted().reduce((first, second) -> second).orElseThrow();
      return Files.readAllBytes(last.resolve("state.bin"));
    }
  }

  /** Kind: the word null, where a cause has no message. */
  @Test
  void aCauseWithoutWordsIsToldByItsKind() {
    assertThat(TrialRunner.reason(new NullPointerException())).isEqualTo("NullPointerException");
    assertThat(TrialRunner.reason(new IOException("  no space\nat all"))).isEqualTo("no space");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"method=ssc", "method=snip", "method=grasp", "averaging.outer.step=nesterov"})
  void aTrialInATaskHasTheBitsOfARunWithOneWorker(String setting, JavaSparkContext spark)
      throws Exception {
    Trial trial = trial(spark, "one", setting);
    Path cluster = folder.resolve("cluster");
    new TrainJob(spark, trial.experiment(), training, Optional.of(test))
        .run(cluster.toUri(), Progress.SILENT, new TrainingListener() {});
    run(spark, folder, RunMode.IN_TASK, trial);
    assertThat(lastState(path(folder, trial))).isEqualTo(lastState(cluster));
    assertThat(evaluations(path(folder, trial)))
        .hasSize(2)
        .isEqualTo(evaluations(cluster))
        .allMatch(line -> line.contains("accuracy"));
  }

  /** What each epoch's metrics say of the test set. */
  private static List<String> evaluations(Path run) throws IOException {
    List<String> found = new ArrayList<>();
    for (int epoch = 1; epoch <= 2; epoch++) {
      String line = Files.readString(run.resolve("metrics/epoch-000" + epoch + ".jsonl"));
      found.add(line.substring(line.indexOf("\"evaluation\"")));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"IN_TASK", "DATA_PARALLEL"})
  void aTrialThatFailsIsRecordedAndTheOthersGoOn(RunMode mode, JavaSparkContext spark)
      throws Exception {
    Trial diverging =
        trial(
            spark,
            "diverging",
            "train.schedule.kind=step",
            "train.schedule.milestones=[1]",
            "train.schedule.factor=1e30");
    Trial impossible = trial(spark, "impossible", "method=ssc", "density=0.0001");
    Trial good = trial(spark, "good");
    run(spark, folder, mode, diverging, impossible, good);
    assertThat(path(folder, diverging).resolve("failure.txt"))
        .content()
        .contains("Training diverged", "the last good checkpoint is");
    assertThat(path(folder, impossible).resolve("failure.txt")).content().contains("density");
    assertThat(path(folder, good).resolve("result.json")).exists();
    assertThat(path(folder, good).resolve("failure.txt")).doesNotExist();
    assertThat(state(spark, diverging)).isEqualTo(TrialFolder.State.FAILED);
    assertThat(state(spark, good)).isEqualTo(TrialFolder.State.DONE);
    assertThat(state(spark, trial(spark, "never"))).isEqualTo(TrialFolder.State.WAITING);
  }

  /** Kind: a failed Spark job, whose exception is checked and not declared. */
  @ParameterizedTest
  @EnumSource(RunMode.class)
  void dataThatExecutorsCannotReadFailsEachTrial(RunMode mode, JavaSparkContext spark)
      throws Exception {
    URI damaged = TinyData.described(training, folder.resolve("damaged"), "none", "none");
    try (var shards = Files.list(Path.of(damaged).resolve("shards"))) {
      for (Path shard : shards.toList()) {
        Files.write(shard, new byte[100], StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
    Trial first = trial(spark, "first");
    Trial second = trial(spark, "second", "seed=2");
    Path root = Files.createDirectory(folder.resolve("root"));

    Map<String, String> failures =
        new TrialRunner(
                spark, root.toUri(), TrialData.at(spark.hadoopConfiguration(), damaged, test))
            .run(mode, List.of(first, second), Progress.SILENT);

    assertThat(failures).containsOnlyKeys(first.name(), second.name());
    for (Trial trial : List.of(first, second)) {
      assertThat(failures.get(trial.name())).contains("damaged/shards");
      assertThat(path(root, trial).resolve("failure.txt")).exists();
    }
  }

  /** A trial that needs more memory than there is. */
  public static final class Hungry implements RunListener {
    @Override
    public void onRun(WatchedRun run) {
      if (run.name().startsWith("hungry")) {
        throw new OutOfMemoryError("Java heap space");
      }
    }
  }

  /** Kind: trials that share a process, of which one fails in a way that would end all. */
  @Test
  void aTrialThatRunsOutOfMemoryLeavesTheOthersAlone(JavaSparkContext spark) throws Exception {
    Trial hungry = trial(spark, "hungry");
    Trial good = trial(spark, "good", "seed=2");
    TrialData watched =
        data(spark).watchedBy(new WatchSettings(false, List.of(Hungry.class.getName())));
    new TrialRunner(spark, folder.toUri(), watched)
        .run(RunMode.IN_TASK, List.of(hungry, good), Progress.SILENT);
    assertThat(path(folder, hungry).resolve("failure.txt"))
        .content()
        .contains("It ran out of memory", "SSC_DRIVER_MEMORY=8g");
    assertThat(state(spark, good)).isEqualTo(TrialFolder.State.DONE);

    run(spark, folder, RunMode.IN_TASK, hungry);
    assertThat(state(spark, hungry)).isEqualTo(TrialFolder.State.DONE);
  }

  private TrialFolder.State state(JavaSparkContext spark, Trial trial) throws IOException {
    return new TrialFolder(spark.hadoopConfiguration(), path(folder, trial).toUri()).state();
  }

  /** A driver that dies when a trial ends, as far as one JVM can show it. */
  private static final class DyingDriver implements TrialWatch {
    @Override
    public void started(Trial trial) {}

    @Override
    public void epoch(Trial trial, JsonNode metrics) {}

    @Override
    public void look() {}

    @Override
    public void ended(Trial trial, Optional<TrialFailure> failure) {
      throw new IllegalStateException("killed");
    }
  }

  @Test
  void doneTrialsAreNotRepeatedAndInterruptedOnesGoOnToTheSameBits(JavaSparkContext spark)
      throws Exception {
    Trial[] trials = new Trial[4];
    for (int seed = 1; seed <= trials.length; seed++) {
      trials[seed - 1] = trial(spark, "s" + seed, "seed=" + seed);
    }
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    run(spark, whole, RunMode.IN_TASK, trials);
    assertThatThrownBy(
            () ->
                runner(spark, broken)
                    .run(RunMode.IN_TASK, TrialQueue.of(List.of(trials)), new DyingDriver()))
        .hasMessage("killed");
    Path done =
        List.of(trials).stream()
            .map(trial -> path(broken, trial).resolve("result.json"))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();
    var finished = Files.getLastModifiedTime(done);
    run(spark, broken, RunMode.IN_TASK, trials);
    assertThat(Files.getLastModifiedTime(done)).isEqualTo(finished);
    for (Trial trial : trials) {
      assertThat(lastState(path(broken, trial))).isEqualTo(lastState(path(whole, trial)));
    }
  }

  /** How long trials run, and so how often progress is reported, costs no call. */
  @Test
  void theDriverAsksTheFileSystemForNothingWhileTrialsRun(JavaSparkContext spark) throws Exception {
    CountedFileSystem.register(spark.hadoopConfiguration());
    List<Long> calls = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (int epochs : new int[] {1, 4}) {
      Path root = Files.createDirectory(folder.resolve("epochs" + epochs));
      long before = CountedFileSystem.calls();
      new TrialRunner(spark, URI.create("counted:" + root), data(spark))
          .run(
              RunMode.IN_TASK,
              List.of(
                  trial(spark, "a", "train.epochs=" + epochs),
                  trial(spark, "b", "seed=2", "train.epochs=" + epochs),
                  trial(spark, "c", "seed=3", "train.epochs=" + epochs)),
              listed(lines));
      calls.add(CountedFileSystem.calls() - before);
      assertThat(root.resolve("trials"))
          .isDirectoryContaining(one -> one.toString().contains("c-"));
    }
    assertThat(calls.get(0)).isEqualTo(calls.get(1)).isPositive();
    assertThat(lines).contains("12 3/3 trials");
  }

  /** Kind: time left for what will never come. */
  @Test
  void theRestOfAFailedTrialIsNotWaitedFor(JavaSparkContext spark) {
    Trial trial = trial(spark, "a", "train.epochs=9");
    List<String> told = new ArrayList<>();
    TrialProgress said = new TrialProgress(Map.of(trial, 1), 0, listed(told).start("", 8, ""));
    said.ended(
        trial,
        Optional.of(MetricsJson.read("{\"epoch\": 4}")),
        Optional.of(new TrialFailure("broken", true)));
    said.say(Map.of());
    assertThat(told).containsExactly("of 3", "3 1/1 trials (1 failed)");
  }

  private static Progress listed(List<String> told) {
    return (name, total, unit) ->
        new Progress.Stage() {
          @Override
          public void at(long done, Supplier<String> detail, Supplier<List<String>> lines) {
            told.add(done + " " + detail.get());
          }

          @Override
          public void total(long units) {
            told.add("of " + units);
          }

          @Override
          public void close() {}
        };
  }

  @Test
  void equalSettingsOnEqualDataHaveEqualNames(JavaSparkContext spark) {
    assertThat(trial(spark, "a").name())
        .isEqualTo(trial(spark, "a", "checkpoint.keep=7").name())
        .matches("a-[0-9a-f]{8}")
        .isNotEqualTo(trial(spark, "a", "seed=2").name())
        .isNotEqualTo(trial(spark, "a", "train.optimizer.weight-decay=0.5").name());
    // Last bits may depend on lanes, and more than these on how features are stored.
    assertThat(trial(spark, "a", "engine=lane", "engine.lanes=8").name())
        .isEqualTo(trial(spark, "a", "engine=lane").name())
        .isNotEqualTo(trial(spark, "a", "engine=lane", "engine.storage=bfloat16").name());
    Trial other = trial(spark, "a");
    ImageSet set = other.training();
    ImageSet changed = new ImageSet(set.name(), set.examples(), "00", set.shape(), set.classes());
    assertThat(new Trial("a", other.experiment(), changed, other.test()).name())
        .isNotEqualTo(other.name());
    assertThat(new Trial("a", other.experiment(), set, changed).name()).isNotEqualTo(other.name());
  }
}
