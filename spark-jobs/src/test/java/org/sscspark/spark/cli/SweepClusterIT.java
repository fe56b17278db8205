package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.spark.train.TinyData;

/** Sweeps on a Spark master and two workers of one core, of which processes are killed. */
class SweepClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int TRIALS = 6;

  @TempDir private static Path directory;
  private static ProcessCluster cluster;
  private static String master;

  @BeforeAll
  static void start() throws Exception {
    TinyData.write(directory.resolve("data"), 60);
    TinyData.write(directory.resolve("validation"), 30);
    cluster = new ProcessCluster(directory);
    master = cluster.start("--datanodes", "0");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.stop();
  }

  /** A sweep in a folder of this machine needs no HDFS. */
  @Test
  void aClusterWithoutHdfsSaysWhatNeedsOne() throws Exception {
    Ended status = cluster.run("status");
    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.out()).contains("2 of 2 workers").doesNotContain("HDFS");
    cluster.run("dfs", "-ls", "/").isBadInput("dfs needs an HDFS", "--datanodes 1");
  }

  private static Script ssc() {
    return new Script("ssc", directory, LIMIT);
  }

  private static String[] sweep(String on, Path out, String kind) {
    return new String[] {
      "sweep",
      "--master=" + on,
      "--data=" + directory.resolve("data"),
      "--validation=" + directory.resolve("validation"),
      "--out=" + out,
      "model.name=convnet",
      "train.batch=4",
      "train.epochs=16",
      "sweep.strategy.kind=" + kind,
      "sweep.space.train.learning-rate.log-uniform=[0.001,0.1]",
      "sweep.space.train.learning-rate.levels=3",
      "sweep.space.density=[0.3,0.6]",
      "sweep.budget.trials=" + TRIALS
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "grid"})
  void aKilledExecutorAndThenAKilledDriverChangeNothing(String kind) throws Exception {
    Path whole = directory.resolve(kind + "-whole");
    Ended undisturbed = ssc().run(sweep("local[2]", whole, kind));
    assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();

    Path broken = directory.resolve(kind + "-broken");
    Process driver = ssc().start(sweep(master, broken, kind));
    await(driver, () -> results(broken).size() >= 1 && isOneInTheMiddle(broken));
    executors().get(0).destroyForcibly();
    int before = results(broken).size();
    await(driver, () -> results(broken).size() >= before + 2 && isOneInTheMiddle(broken));
    driver.destroyForcibly();
    assertThat(driver.waitFor(10, TimeUnit.SECONDS)).isTrue();
    await(driver, () -> executors().isEmpty());
    Map<Path, FileTime> ended = results(broken);
    assertThat(ended.size()).isBetween(before + 2, TRIALS - 1);
    assertThat(logs()).contains("Lost executor");

    Ended resumed = ssc().run(sweep(master, broken, kind));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(results(broken)).hasSize(TRIALS).containsAllEntriesOf(ended);
    assertThat(broken.resolve("sweep.csv"))
        .hasSameTextualContentAs(whole.resolve("sweep.csv"))
        .content()
        .hasLineCount(1 + TRIALS);
    assertThat(broken.resolve("best.conf")).hasSameTextualContentAs(whole.resolve("best.conf"));
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Process driver, Condition condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    boolean wasAlive = driver.isAlive();
    while (!condition.holds()) {
      assertThat(driver.isAlive()).as("driver").isEqualTo(wasAlive);
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }

  /** When each trial that has ended did so. */
  private static Map<Path, FileTime> results(Path sweep) throws IOException {
    Map<Path, FileTime> results = new TreeMap<>();
    for (Path trial : trials(sweep)) {
      Path result = trial.resolve("result.json");
      if (Files.exists(result)) {
        results.put(result, Files.getLastModifiedTime(result));
      }
    }
    return results;
  }

  /** Whether a trial has trained some of its epochs. */
  private static boolean isOneInTheMiddle(Path sweep) throws IOException {
    for (Path trial : trials(sweep)) {
      if (!Files.exists(trial.resolve("result.json"))
          && Files.exists(trial.resolve("metrics/epoch-0003.jsonl"))) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> trials(Path sweep) throws IOException {
    Path trials = sweep.resolve("trials");
    if (!Files.exists(trials)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(trials)) {
      return folders.toList();
    }
  }

  /** The executor processes of this cluster: they work below its folder. */
  private static List<ProcessHandle> executors() {
    return ProcessHandle.allProcesses()
        .filter(one -> one.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .filter(SweepClusterIT::isHere)
        .toList();
  }

  private static boolean isHere(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .startsWith(directory.toRealPath());
    } catch (IOException e) {
      // It has just ended.
      return false;
    }
  }

  private static String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(directory.resolve("logs"))) {
      for (Path file : files.toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
