package org.sscspark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FaultyFileSystem;

class RunDirectoryTest {
  private static final RunRecord RECORD =
      record("{\"density\":0.1,\"train\":{\"epochs\":2,\"l2\":1.0E-4}}", "abc", "lane");

  @TempDir private java.nio.file.Path temporary;
  private FileSystem fileSystem;
  private Path root;

  private static RunRecord record(String configuration, String data, String engine) {
    return new RunRecord(
        configuration,
        new TreeMap<>(Map.of("sha256", data, "name", "cifar10")),
        new TreeMap<>(Map.of("machine", engine, "java", "17")));
  }

  @BeforeEach
  void openFileSystem() throws IOException {
    fileSystem = FileSystem.getLocal(new Configuration());
    root = new Path(temporary.resolve("run").toUri());
  }

  @Test
  void aRunIsRecordedAndFoundAgain() throws IOException {
    RunDirectory started = RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(started.record()).isEqualTo(RECORD.begun());
    assertThat(RunDirectory.isRun(fileSystem, root)).isTrue();
    assertThat(RunDirectory.startOrResume(fileSystem, root, RECORD).record())
        .isEqualTo(RECORD.begun());
    assertThat(RunDirectory.existing(fileSystem, root).record()).isEqualTo(RECORD.begun());
    assertThat(temporary.resolve("run").toFile().list()).containsExactly("run.json");
  }

  /** Kind: a start that is refused and leaves something that the next start stumbles over. */
  @Test
  void aRunThatHasDoneNothingCanBeTakenBack() throws IOException {
    RunDirectory started = RunDirectory.startOrResume(fileSystem, root, RECORD);
    started.write("start.json", "{}");
    started.writeCheckpoints();
    started.withdraw();
    assertThat(temporary.resolve("run")).isEmptyDirectory();
    RunRecord other = record("{\"density\":0.3}", "abc", "lane");
    assertThat(RunDirectory.startOrResume(fileSystem, root, other).isNew()).isTrue();

    Path done = new Path(root.getParent(), "done");
    RunDirectory trained = RunDirectory.startOrResume(fileSystem, done, RECORD);
    trained.metrics().write(1, "{}");
    trained.withdraw();
    assertThat(RunDirectory.isRun(fileSystem, done)).as("it has metrics").isTrue();

    RunDirectory.startOrResume(fileSystem, root, other).withdraw();
    assertThat(RunDirectory.isRun(fileSystem, root)).as("begun by another object").isTrue();
  }

  /** Kind: cleaning up that takes along what is somebody else's. */
  @Test
  void whatARunDidNotWriteStaysWhenItIsTakenBack() throws IOException {
    RunDirectory started = RunDirectory.startOrResume(fileSystem, root, RECORD);
    started.write("start.json", "{}");
    started.recordEngine(1, "lane, 16");
    java.nio.file.Path run = temporary.resolve("run");
    Files.writeString(run.resolve("notes.txt"), "why");
    Files.createDirectories(run.resolve("plots"));
    started.withdraw();
    assertThat(run.toFile().list()).containsExactlyInAnyOrder("notes.txt", "plots");
  }

  /** Kind: a file that is being replaced, or whose writer was killed then, is taken for none. */
  @Test
  void aRunWhoseRecordIsBeingReplacedIsOne() throws IOException {
    RunDirectory.startOrResume(fileSystem, root, RECORD);
    java.nio.file.Path run = temporary.resolve("run");
    Files.move(run.resolve("run.json"), run.resolve(".previous-run.json"));
    assertThat(RunDirectory.isRun(fileSystem, root)).isTrue();
    assertThat(RunDirectory.startOrResume(fileSystem, root, RECORD).isNew()).isFalse();
  }

  @Test
  void resumingWritesNothing() throws IOException {
    assertThat(RunDirectory.resume(fileSystem, root, held -> RECORD)).isEmpty();
    assertThat(temporary.resolve("run")).doesNotExist();
    RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(RunDirectory.resume(fileSystem, root, held -> RECORD).orElseThrow().isNew())
        .isFalse();
  }

  @Test
  void anotherConfigurationIsRefusedNamingTheFirstKeyThatDiffers() throws IOException {
    RunDirectory.startOrResume(fileSystem, root, RECORD);
    RunRecord other =
        record("{\"density\":0.1,\"train\":{\"epochs\":3,\"l2\":1.0E-3}}", "abc", "lane");
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, other))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(
            "run holds a run of another configuration: train.epochs was 2 and is now 3; choose"
                + " another folder, or the run's own settings to resume it");
    RunRecord fewer = record("{\"density\":0.1,\"train\":{\"epochs\":2}}", "abc", "lane");
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, fewer))
        .hasMessageContaining("train.optimizer.weight-decay was 1.0E-4 and is now absent");
  }

  @Test
  void whatComputesIsRecordedWithEveryChange() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, bare());
    assertThat(run.record().lastEngine()).isEmpty();
    run.recordEngine(1, "lane, 16");
    run.recordEngine(2, "lane, 16");
    run.recordEngine(7, "lane, 8");

    RunDirectory resumed = RunDirectory.startOrResume(fileSystem, root, bare());
    assertThat(resumed.record().engines())
        .containsExactly(Map.entry(1L, "lane, 16"), Map.entry(7L, "lane, 8"));
    assertThat(resumed.record().lastEngine()).contains("lane, 8");
    assertThat(resumed.record().told())
        .containsEntry("engine", "lane, 16; from round 7 lane, 8")
        .containsEntry("java", "17");
    // Round 7 did not reach a checkpoint: it is computed again, on the first processor.
    resumed.recordEngine(6, "lane, 16");
    assertThat(RunDirectory.existing(fileSystem, root).record().engines())
        .containsExactly(Map.entry(1L, "lane, 16"));
  }

  private static RunRecord bare() {
    return new RunRecord(
        "{\"density\":0.1,\"engine\":{\"lanes\":null,\"name\":\"auto\"}}",
        new TreeMap<>(Map.of("sha256", "abc")),
        new TreeMap<>(Map.of("java", "17")));
  }

  private static RunRecord withEngine(String engine) {
    return new RunRecord(
        "{\"density\":0.1,\"engine\":" + engine + "}",
        new TreeMap<>(Map.of("sha256", "abc")),
        new TreeMap<>(Map.of("java", "17")));
  }

  @Test
  void aRunFromBeforeEnginesHadASectionResumesWithAnyLanes() throws IOException {
    fileSystem.mkdirs(root);
    try (var out = fileSystem.create(new Path(root, "run.json"))) {
      out.writeBytes(
          """
          {"format": 1, "configuration": {"density": 0.1, "engine": "auto"},
           "data": {"sha256": "abc"}, "environment": {"engine": "lane, 16", "java": "17"}}
          """);
    }
    RunRecord halved = withEngine("{\"name\":\"auto\",\"storage\":\"bfloat16\"}");
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, halved))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("engine.storage was absent and is now \"bfloat16\"");
    RunRecord eight = withEngine("{\"lanes\":\"8\",\"name\":\"auto\",\"storage\":null}");

    RunRecord resumed = RunDirectory.startOrResume(fileSystem, root, eight).record();

    assertThat(resumed.engines()).containsExactly(Map.entry(1L, "lane, 16"));
    assertThat(resumed.environment()).containsOnlyKeys("java");
  }

  @Test
  void checkpointsMayBeMadeAndKeptOtherwise() throws IOException {
    RunRecord first = record("{\"checkpoint\":{\"keep\":3},\"seed\":1}", "abc", "lane");
    RunDirectory.startOrResume(fileSystem, root, first);
    RunRecord keepsMore = record("{\"checkpoint\":{\"keep\":9},\"seed\":1}", "abc", "lane");
    RunDirectory resumed = RunDirectory.startOrResume(fileSystem, root, keepsMore);
    assertThat(resumed.isNew()).isFalse();
    assertThat(resumed.record()).isEqualTo(first.begun());
  }

  @Test
  void anotherDataSetIsRefused() throws IOException {
    RunDirectory.startOrResume(fileSystem, root, RECORD);
    RunRecord other = record(RECORD.configuration(), "def", "lane");
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("data set sha256 was abc and is now def");
  }

  /** Of a program that did not record it, a run takes any. */
  @Test
  void anotherTestSetIsRefused() throws IOException {
    RunRecord none = tested(RunRecord.ABSENT);
    RunRecord first = tested("first");
    assertThat(new RunComparison(RECORD, first).difference()).isEmpty();
    assertThat(new RunComparison(first, first).difference()).isEmpty();
    assertThat(new RunComparison(none, none).difference()).isEmpty();
    assertThat(new RunComparison(none, first).difference())
        .contains("data set test name was absent and is now first");
    assertThat(new RunComparison(first, none).difference())
        .contains("data set test name was first and is now absent");
    RunDirectory.startOrResume(fileSystem, root, first);
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, tested("second")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("data set test name was first and is now second");
  }

  private static RunRecord tested(String name) {
    TreeMap<String, String> data = new TreeMap<>(RECORD.data());
    data.put(RunRecord.TEST + "name", name);
    return new RunRecord(RECORD.configuration(), data, RECORD.environment());
  }

  /** What no program of before recorded is the first; data sets of pixels have none. */
  @Test
  void anUnfinishedRunOnOtherPixelsIsRefused() throws IOException {
    RunRecord second = decoded("2");
    assertThat(new RunComparison(RECORD, second).difference()).isEmpty();
    assertThat(new RunComparison(RECORD, RECORD).decodingDifference()).isEmpty();
    assertThat(new RunComparison(second, second).decodingDifference()).isEmpty();
    RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, second))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(
            "run holds a run that was trained on other pixels of its image files: data set decoding"
                + " was 1 and is now 2; complete it with the program that began it, or start from"
                + " its weights, with --from, in another folder");
    RunDirectory.startOrResume(fileSystem, root, decoded("1")).writeResult("{}");
    assertThat(RunDirectory.startOrResume(fileSystem, root, second).result()).contains("{}");

    Path other = new Path(root.getParent(), "other");
    RunDirectory.startOrResume(fileSystem, other, second);
    RunDirectory.startOrResume(fileSystem, other, second);
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, other, decoded("3")))
        .hasMessageContaining("data set decoding was 2 and is now 3");
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, other, RECORD))
        .hasMessageContaining("data set decoding was 2 and is now 1");
  }

  private static RunRecord decoded(String version) {
    TreeMap<String, String> data = new TreeMap<>(RECORD.data());
    data.put(RunRecord.DECODING, version);
    return new RunRecord(RECORD.configuration(), data, RECORD.environment());
  }

  @Test
  void anotherEnvironmentIsWarnedOf() throws IOException {
    RunDirectory.startOrResume(fileSystem, root, RECORD);
    try (LogCapture log = new LogCapture(RunDirectory.class)) {
      RunDirectory run =
          RunDirectory.startOrResume(
              fileSystem, root, record(RECORD.configuration(), "abc", "nd4j"));
      assertThat(run.record()).isEqualTo(RECORD.begun());
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("machine was lane and is now nd4j");
    }
  }

  @Test
  void aFolderOfOtherThingsIsRefused() throws IOException {
    Files.createDirectories(temporary.resolve("run"));
    Files.writeString(temporary.resolve("run").resolve("thesis.tex"), "x");
    assertThatThrownBy(() -> RunDirectory.startOrResume(fileSystem, root, RECORD))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(
            "run is not empty and holds no run, but thesis.tex; choose a new folder");
    assertThatThrownBy(() -> RunDirectory.existing(fileSystem, root))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("run holds no run: it has no run.json; give a run's folder");
  }

  @Test
  void aFolderWithOnlyAnInterruptedStartIsUsed() throws IOException {
    Files.createDirectories(temporary.resolve("run"));
    Files.writeString(temporary.resolve("run").resolve(".tmp-1"), "{");
    assertThat(RunDirectory.startOrResume(fileSystem, root, RECORD).record())
        .isEqualTo(RECORD.begun());
  }

  @Test
  void aDamagedRecordIsNamed() throws IOException {
    Files.createDirectories(temporary.resolve("run"));
    Files.writeString(temporary.resolve("run").resolve("run.json"), "{\"format\": 1, ");
    assertThatThrownBy(() -> RunDirectory.existing(fileSystem, root))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching("Cannot use .*/run/run.json: it is not JSON.*");
  }

  @Test
  void anEmptyRecordIsSaidToBeEmpty() throws IOException {
    Files.createDirectories(temporary.resolve("run"));
    Files.writeString(temporary.resolve("run").resolve("run.json"), "\n");
    assertThatThrownBy(() -> RunDirectory.existing(fileSystem, root))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching("Cannot use .*/run/run.json: it is empty; restore it, .*");
  }

  /** Kind: a file of a run that was cut off, or is another's, is named with what to do. */
  @ParameterizedTest
  @ValueSource(strings = {"{", "", "3", "[1]", "loss"})
  void damagedMetricsAreNamedWithTheRemedy(String text) throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    run.metrics().write(1, "{\"epoch\":1}");
    run.write(EpochMetricsFiles.name(2), text);
    RunDirectory again = RunDirectory.existing(fileSystem, root);
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> again.metrics().all(),
            () -> again.metrics().read(2),
            () -> new EpochMetricsFiles(fileSystem, root).read(2))) {
      assertThatThrownBy(read)
          .isInstanceOf(BadInputException.class)
          .hasMessageMatching(
              "Cannot use .*/run/metrics/epoch-0002.jsonl: it is no.*; restore it, or remove the"
                  + " run's folder and train it again");
    }
  }

  @Test
  void metricsAreLinesOfEpochsAndALaterAttemptReplacesAnEarlierOne() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(run.metrics().all()).isEmpty();
    run.metrics().write(1, "{\"epoch\":1}");
    run.metrics().write(2, "{\"epoch\":2,\"attempt\":1}");
    run.metrics().write(2, "{\"epoch\":2,\"attempt\":2}");
    assertThat(run.metrics().all())
        .map(JsonNode::toString)
        .containsExactly("{\"epoch\":1}", "{\"epoch\":2,\"attempt\":2}");
    run.metrics().write(10_000, "{\"epoch\":10000}");
    run.metrics().write(9_999, "{\"epoch\":9999}");
    RunDirectory again = RunDirectory.existing(fileSystem, root);
    for (RunDirectory one : List.of(run, again)) {
      assertThat(one.metrics().read(9_999)).hasToString("Optional[{\"epoch\":9999}]");
      assertThat(one.metrics().read(10_000)).hasToString("Optional[{\"epoch\":10000}]");
      assertThat(one.metrics().read(3)).isEmpty();
    }
  }

  @Test
  void aResultIsThereOnceWritten() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(run.result()).isEmpty();
    run.writeResult("{\"accuracy\":0.5}");
    run.writeResult("{\"accuracy\":0.6}");
    assertThat(RunDirectory.existing(fileSystem, root).result()).contains("{\"accuracy\":0.6}");
  }

  @ParameterizedTest
  @EnumSource(names = "RACE", mode = EnumSource.Mode.EXCLUDE)
  void afterAFaultInAnyOperationAFileIsOldOrNew(FaultyFileSystem.Fault fault) throws IOException {
    RunDirectory healthy = RunDirectory.startOrResume(fileSystem, root, RECORD);
    String before = "0";
    healthy.writeResult(before);
    boolean fired = true;
    int failing = 0;
    for (; fired; failing++) {
      FaultyFileSystem faulty = new FaultyFileSystem(fileSystem, fault, failing);
      String next = Integer.toString(failing + 1);
      try {
        RunDirectory.existing(faulty, root).writeResult(next);
        before = next;
      } catch (IOException e) {
        assertThat(e).hasStackTraceContaining("Injected failure");
      }
      fired = faulty.fired();
      before = assertOneOf(healthy.result(), before, next);
    }
    assertThat(failing).isGreaterThan(10);
    assertThat(healthy.result()).contains(Integer.toString(failing));
  }

  private static String assertOneOf(Optional<String> actual, String before, String next) {
    assertThat(actual).isPresent();
    assertThat(actual.get()).isIn(before, next);
    return actual.get();
  }

  @Test
  void checkpointsLiveInTheRun() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(run.checkpoints().newestValid()).isEmpty();
    commit(run, 4);
    assertThat(run.checkpoints().newestValid().orElseThrow().folder())
        .isEqualTo(new Path(run.root(), "checkpoints/round-00000004"));
  }

  private static void commit(RunDirectory run, long round) throws IOException {
    run.writeCheckpoints().commit(round, Optional.of(0.5), CheckpointStoreContract.files(round));
  }

  /** Kind: the state of another run goes on under this one's name. */
  @Test
  void aCheckpointOfAnotherRunIsPassedOverAndSetAsideByItsRound() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    commit(run, 4);
    RunDirectory other =
        RunDirectory.startOrResume(
            fileSystem,
            new Path(root.getParent(), "other"),
            record("{\"density\":0.1,\"train\":{\"epochs\":2,\"l2\":1.0E-3}}", "abc", "lane"));
    CheckpointWriter others = other.writeCheckpoints();
    others.commit(10, Optional.of(0.9), CheckpointStoreContract.files(10));
    copy("other/checkpoints/round-00000010", "run/checkpoints/round-00000010");

    RunDirectory resumed = RunDirectory.startOrResume(fileSystem, root, RECORD);
    try (LogCapture log = new LogCapture(CheckpointStore.class)) {
      assertThat(resumed.checkpoints().newestValid().orElseThrow().round()).isEqualTo(4);
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .endsWith("/round-00000010 is of another run; it is passed over");
    }
    assertThat(resumed.checkpoints().best().orElseThrow().round()).isEqualTo(4);
    CheckpointWriter writer = resumed.writeCheckpoints();
    for (long round = 5; round <= 10; round++) {
      writer.removeOld(
          writer.commit(round, Optional.empty(), CheckpointStoreContract.files(round)), 1);
    }
    assertThat(temporary.resolve("run/checkpoints").toFile().list())
        .hasSize(3)
        .contains("round-00000004", "round-00000010")
        .anyMatch(name -> name.startsWith("damaged-round-00000010-"));
    // By itself it is as good as any.
    CheckpointStore loose =
        new CheckpointStore(fileSystem, new Path(root.getParent(), "other/checkpoints"));
    assertThat(loose.named("round-00000010").round()).isEqualTo(10);
  }

  /** Kind: a run loses its own checkpoints, for it is told apart by what may change in it. */
  @Test
  void checkpointsStayTheRunsOwnWhateverMayChangeInIt() throws IOException {
    RunDirectory run =
        RunDirectory.startOrResume(
            fileSystem, root, record("{\"seed\":1,\"train\":{\"stop-after\":1}}", "abc", "lane"));
    run.recordEngine(1, "lane, 16");
    commit(run, 4);
    RunRecord changed =
        record(
            "{\"checkpoint\":{\"keep\":9},\"engine\":{\"lanes\":8},\"seed\":1,"
                + "\"train\":{\"stop-after\":0}}",
            "abc",
            "nd4j");
    RunDirectory resumed = RunDirectory.startOrResume(fileSystem, root, changed);
    resumed.recordEngine(5, "lane, 8");
    commit(resumed, 5);
    commit(RunDirectory.existing(fileSystem, root), 6);
    CheckpointStore store = RunDirectory.existing(fileSystem, root).checkpoints();
    assertThat(store.newestValid().orElseThrow().round()).isEqualTo(6);
    fileSystem.delete(new Path(root, "checkpoints/round-00000006"), true);
    fileSystem.delete(new Path(root, "checkpoints/round-00000005"), true);
    assertThat(store.newestValid().orElseThrow().round()).isEqualTo(4);
    RunRecord same = record("{\"seed\":1,\"train\":{\"stop-after\":2}}", "abc", "lane");
    RunDirectory twin =
        RunDirectory.startOrResume(fileSystem, new Path(root.getParent(), "twin"), same);
    copy("run/checkpoints/round-00000004", "twin/checkpoints/round-00000004");
    assertThat(twin.checkpoints().newestValid()).as("a run of the same settings").isPresent();
  }

  /** Of programs that did not say to which run a checkpoint belongs. */
  @Test
  void runsAndCheckpointsThatSayNothingOfTheirRunGoOn() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    CheckpointWriter.begin(new CheckpointStore(fileSystem, run.checkpoints().folder()))
        .commit(3, Optional.empty(), CheckpointStoreContract.files(3));
    assertThat(run.checkpoints().newestValid().orElseThrow().round()).isEqualTo(3);
    commit(RunDirectory.existing(fileSystem, root), 4);
    String text = Files.readString(temporary.resolve("run/run.json"));
    String before = text.replaceFirst("\"id\" : \"\\w+\",", "");
    assertThat(before).isNotEqualTo(text);
    Files.writeString(temporary.resolve("run/run.json"), before);
    RunDirectory old = RunDirectory.startOrResume(fileSystem, root, RECORD);
    commit(old, 5);
    assertThat(old.checkpoints().newestValid().orElseThrow().round()).isEqualTo(5);
    assertThat(old.checkpoints().list()).hasSize(3);
  }

  private void copy(String from, String to) throws IOException {
    FileSystem plain = DurableFile.plain(fileSystem);
    FileUtil.copy(
        plain,
        new Path(temporary.resolve(from).toUri()),
        plain,
        new Path(temporary.resolve(to).toUri()),
        /* deleteSource= */ false,
        plain.getConf());
  }

  @Test
  void whatAKilledProcessLeftIsRemovedWhenTheRunIsWrittenAgain() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    run.metrics().write(1, "{}");
    run.write("tensorboard/events", "x");
    for (String place : List.of("", "metrics/", "tensorboard/", "checkpoints/")) {
      Files.createDirectories(temporary.resolve("run/" + place));
      Files.writeString(temporary.resolve("run/" + place + ".tmp-1"), "{");
    }
    RunDirectory again = RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(temporary.resolve("run/.tmp-1")).as("nobody holds the run yet").exists();
    again.writeCheckpoints();
    try (var files = Files.walk(temporary.resolve("run"))) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("run.json", "epoch-0001.jsonl", "events");
    }
  }

  @Test
  void epochsWithoutMetricsAreKnown() throws IOException {
    RunDirectory run = RunDirectory.startOrResume(fileSystem, root, RECORD);
    assertThat(run.metrics().missing(0)).isEmpty();
    assertThat(run.metrics().missing(2)).containsExactly(1, 2);
    run.metrics().write(1, "{\"epoch\":1}");
    run.write(EpochMetricsFiles.name(2), "");
    run.metrics().write(4, "{\"epoch\":4}");
    assertThat(run.metrics().missing(4)).containsExactly(2, 3);
  }
}
