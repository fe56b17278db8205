package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The project on processes: a Spark master with two workers of one core, and an HDFS with three
 * data nodes. The whole way on them, and every fault that submit/cluster knows. It takes several
 * minutes of two cores, so it runs with {@code -Dssc.cluster-tests=true}.
 */
@EnabledIfSystemProperty(named = "ssc.cluster-tests", matches = "true")
class ClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path directory;
  @TempDir private static Path faults;

  private static Script cluster() {
    return new Script("cluster", directory, LIMIT);
  }

  private static String folder() {
    return directory.resolve("cluster").toString();
  }

  private static Ended run(String... arguments) throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 2];
    all[0] = "--folder";
    all[1] = folder();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return cluster().run(all);
  }

  @BeforeAll
  static void start() throws Exception {
    Ended started =
        run(
            "start",
            "--workers",
            "2",
            "--cores",
            "1",
            "--datanodes",
            "3",
            "--gpus",
            "1",
            "--port",
            "0",
            "--hdfs-port",
            "0");
    assertThat(started.exitCode()).as(started.err()).isZero();
    assertThat(started.out()).contains("2 of 2 workers", "3 datanodes");
  }

  @AfterAll
  static void stopLeavesNoProcess() throws Exception {
    Ended stopped = run("stop");
    assertThat(stopped.exitCode()).as(stopped.err()).isZero();
    String folder = directory.toString();
    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(folder)))
        .isEmpty();
  }

  static List<String> faults() throws Exception {
    Ended list = new Script("cluster", faults, LIMIT).run("chaos", "list");
    assertThat(list.out().lines()).hasSizeGreaterThanOrEqualTo(12);
    return list.out().lines().toList();
  }

  /** The script says what happened, and fails unless it was the same bits or the right message. */
  @ParameterizedTest
  @MethodSource("faults")
  void aFaultChangesNothing(String fault) throws Exception {
    Ended ended = run("chaos", fault);
    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).startsWith(fault).hasLineCount(1);
  }

  /** Every training task holds one of the pretend GPUs, which the lane engine does not use. */
  @Test
  void goesTheWholeWay() throws Exception {
    Ended demo =
        cluster()
            .with("SSC_SUBMIT_ARGS", "--conf spark.executor.resource.gpu.amount=1")
            .run("--folder", folder(), "demo", "train.epochs=1", "train.batch=64", "engine=lane");
    assertThat(demo.exitCode()).as(demo.err()).isZero();
    assertThat(demo.out()).contains("ssc", "dense", "/demo/run/result.json", "/demo/comparison");
    assertThat(directory.resolve("cluster/demo.html")).isNotEmptyFile();
    assertThat(demo.err()).contains("Executors hold GPUs, but compute with engine lane");
    assertThat(executorLogs()).contains("it holds GPU 0", "it holds GPU 1");
  }

  private static String executorLogs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("cluster/work"))) {
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
      Path other = directory.resolve("other");
      cluster()
          .run("--folder", other.toString(), "start", "--port", port, "--hdfs-port", "0")
          .isBadInput("port " + port + " is taken", "--port");
      assertThat(other).doesNotExist();
    }
  }

  @Test
  void aSecondClusterInTheFolderIsRefused() throws Exception {
    run("start").isBadInput("a cluster runs in", "submit/cluster stop");
  }

  @Test
  void statusSaysWhatIsThere() throws Exception {
    Ended status = run("status");
    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.out()).contains("spark://127.0.0.1:", "hdfs://127.0.0.1:", "1 pretend GPUs");
  }
}
