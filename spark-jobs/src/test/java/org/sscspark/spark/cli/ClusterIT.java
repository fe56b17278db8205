package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.spark.train.TinyData;

/**
 * The project on processes: a Spark master with two workers of one core, and an HDFS with three
 * data nodes. The whole way on them, and the faults that submit/cluster knows.
 */
class ClusterIT {
  @TempDir private static Path directory;
  @TempDir private static Path elsewhere;

  /**
   * One fault of each kind: every one takes half a minute, and all of them a quarter of an hour.
   * With {@code -Dssc.all-faults=true} all run.
   */
  private static final Set<String> ONE_OF_EACH_KIND =
      Set.of(
          "one-machine",
          "executor-killed",
          "executor-decommissioned",
          "dynamic-allocation",
          "driver-killed",
          "namenode-killed",
          "checkpoint-damaged",
          "given-lanes",
          "too-few-resources");

  private static ProcessCluster cluster;
  private static String master;
  private static URI data;

  @BeforeAll
  static void start() throws Exception {
    data = TinyData.write(directory.resolve("data"), 40);
    cluster = new ProcessCluster(directory);
    master = cluster.start("--workers", "2", "--cores", "1", "--datanodes", "3", "--gpus", "1");
  }

  @AfterAll
  static void stopLeavesNoProcess() throws Exception {
    cluster.stop();
  }

  static List<String> faults() throws Exception {
    Ended list = new ProcessCluster(elsewhere).run("chaos", "list");
    assertThat(list.out().lines()).containsAll(ONE_OF_EACH_KIND);
    return list.out()
        .lines()
        .filter(fault -> Boolean.getBoolean("ssc.all-faults") || ONE_OF_EACH_KIND.contains(fault))
        .toList();
  }

  /** The script says what happened, and fails unless it was the same bits or the right message. */
  @ParameterizedTest
  @MethodSource("faults")
  void aFaultChangesNothing(String fault) throws Exception {
    Ended ended = cluster.run("chaos", fault);
    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).startsWith(fault).hasLineCount(1);
  }

  /** Every training task holds one of the pretend GPUs, which the lane engine does not use. */
  @Test
  void goesTheWholeWay() throws Exception {
    Ended demo =
        cluster
            .script()
            .with("SSC_SUBMIT_ARGS", "--conf spark.executor.resource.gpu.amount=1")
            .run(cluster.command("demo", "model.name=convnet", "train.epochs=1", "engine=lane"));
    assertThat(demo.exitCode()).as(demo.err()).isZero();
    assertThat(demo.out()).contains("ssc", "dense", "/demo/run/result.json", "/demo/comparison");
    assertThat(cluster.folder().resolve("demo.html")).isNotEmptyFile();
    assertThat(demo.err()).contains("Executors hold GPUs, but compute with engine lane");
    assertThat(executorLogs()).contains("it holds GPU 0", "it holds GPU 1");
  }

  private static Ended inCluster(String options, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("train", "--master", master, "--data", data.toString(), "--out"));
    command.addAll(List.of(more));
    return new Script("ssc", directory, Duration.ofMinutes(5))
        .with("SSC_SUBMIT_ARGS", "--deploy-mode cluster --executor-memory 512m " + options)
        .with("SSC_DRIVER_MEMORY", "512m")
        .run(command.toArray(String[]::new));
  }

  /** Kind: a driver on another machine, whose settings and whose failure get lost on the way. */
  @Test
  void aDriverInTheClusterHasItsSettingsAndATrueExitCode() throws Exception {
    Files.writeString(directory.resolve("base.conf"), "model.name = convnet\ntrain.epochs = 1\n");
    Path config = directory.resolve("mine.conf");
    Files.writeString(config, "include \"base\"\ntrain.batch = 5\ndensity = 0.5\n");
    Path run = directory.resolve("in-cluster");
    // As managed clusters do, which must not cost the Vector API.
    String site = "--conf spark.%1$s.defaultJavaOptions=-Dsite=%1$s ";
    Ended trained =
        inCluster(
            site.formatted("driver") + site.formatted("executor"),
            run.toString(),
            "--config",
            config.toString(),
            "averaging.workers=1");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err()).contains("Submitted to " + master + " as driver-");
    assertThat(Files.readString(run.resolve("run.json")))
        .contains("\"batch\" : 5", "\"epochs\" : 1", "convnet", "Vector API");
    assertThat(executorLogs()).doesNotContain("runs several times slower");

    // The run is complete, and other settings are bad input, which only the driver can know.
    Ended failed = inCluster("", run.toString(), "--config", config.toString(), "density=0.6");
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(1);
    assertThat(failed.err()).contains("has ended as FAILED");
  }

  /** Kind: a setting of Spark's that leaves executors without room for any task. */
  @Test
  void tasksThatFitInNoExecutorAreNotWaitedForForEver() throws Exception {
    new Script("ssc", directory, Duration.ofMinutes(3))
        .with("SSC_SUBMIT_ARGS", "--conf spark.task.cpus=64 --executor-memory 512m")
        .run(
            "train",
            "--master",
            master,
            "--data",
            data.toString(),
            "--out",
            directory.resolve("wide").toString())
        .isBadInput("No executor has room for a task", "spark.task.cpus is 64");
    assertThat(directory.resolve("wide")).doesNotExist();
  }

  @Test
  void aDriverThatFitsOnNoWorkerIsNotWaitedForForEver() throws Exception {
    Ended ended = inCluster("--driver-memory 100g --conf spark.ssc.executorTimeout=3s", "/none");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains("No worker of " + master, "102400 MiB").hasLineCount(2);
  }

  private static String executorLogs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(cluster.folder().resolve("work"))) {
      for (Path file : files.filter(f -> f.endsWith("stderr")).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(socket.getLocalPort());
      ProcessCluster other = new ProcessCluster(elsewhere);
      other
          .run("start", "--port", port, "--hdfs-port", "0")
          .isBadInput("port " + port + " is taken", "--port");
      assertThat(other.folder()).doesNotExist();
    }
  }

  @Test
  void aSecondClusterInTheFolderIsRefused() throws Exception {
    cluster.run("start").isBadInput("a cluster runs in", "submit/cluster stop");
  }

  @Test
  void statusSaysWhatIsThere() throws Exception {
    Ended status = cluster.run("status");
    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.out()).contains("2 of 2 workers", "3 datanodes", "1 pretend GPUs");
  }
}
