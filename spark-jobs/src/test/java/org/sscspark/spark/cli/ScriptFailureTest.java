package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What scripts make of programs that fail or have ended: in a folder as a release has it, with a
 * Java that does as a test says.
 */
class ScriptFailureTest {
  private static final String HADOOP = "3.3.4";

  @TempDir private Path directory;

  private Path release;

  @BeforeEach
  void install() throws IOException {
    release = directory.resolve("release");
    for (String name : new String[] {"cluster", "hdfs", "daemons.sh"}) {
      copy(Script.named(name), release.resolve("submit").resolve(name));
    }
    copy(
        Path.of("src/main/spark-home/bin/spark-submit"), release.resolve("spark/bin/spark-submit"));
    empty(release.resolve("spark/jars/hadoop-client-api-" + HADOOP + ".jar"));
    empty(release.resolve("hadoop-servers/hadoop-client-minicluster-" + HADOOP + ".jar"));
    java("exit 1");
  }

  private static void copy(Path from, Path to) throws IOException {
    Script.executable(to, Files.readString(from));
  }

  private static void empty(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  private void java(String does) throws IOException {
    Script.executable(directory.resolve("java/bin/java"), "#!/bin/sh\n" + does + "\n");
  }

  private Script script(String path) {
    return new Script(release.resolve(path), directory, Duration.ofMinutes(1))
        .with("JAVA_HOME", directory.resolve("java").toString())
        .with("HDFS_FOLDER", directory.resolve("hdfs").toString());
  }

  /** Kind: a step that fails because what it is to reach is reached already. */
  @ParameterizedTest
  @ValueSource(strings = {"end", "end_all"})
  void whatEndsByItselfMeanwhileIsEnded(String how) throws Exception {
    Path note = Files.writeString(directory.resolve("one.pid"), "99999999");
    Files.createFile(directory.resolve("one.runs"));
    Script.executable(
        release.resolve("submit/test"),
        """
        #!/usr/bin/env bash
        set -euo pipefail
        root=$1 program=test folder=$2
        source "$root/submit/daemons.sh"
        # It has ended by the time somebody asks again.
        running() { [[ -f $folder/$1.runs ]] && rm "$folder/$1.runs"; }
        $3 one
        """);
    Ended ended = script("submit/test").run(release.toString(), directory.toString(), how);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(note).doesNotExist();
  }

  /** Kind: what is noted of a process outlives it. */
  @Test
  void thePortOfAnHdfsThatIsGoneDoesNotCount() throws Exception {
    Path note = directory.resolve("hdfs/port");
    Files.createDirectories(note.getParent());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(note, taken.getLocalPort() + "\n");
      Ended ended = script("submit/hdfs").with("HDFS_PORT", "31999").run("start");
      assertThat(ended.err()).startsWith("hdfs: cannot format");
      assertThat(ended.exitCode()).isEqualTo(1);
    }
    assertThat(note).hasContent("31999");
  }

  @ParameterizedTest
  @CsvSource({
    "HDFS_PORT, abc, from 1 to 65535",
    "HDFS_PORT, 0, from 1 to 65535",
    "HDFS_PORT, 70000, from 1 to 65535",
    "HDFS_DATANODES, two, of at least 1",
    "HDFS_DATANODES, 0, of at least 1",
    "HDFS_DATANODES, 08, of at least 1",
  })
  void hdfsNamesWhatIsNoNumber(String variable, String value, String range) throws Exception {
    Ended ended = script("submit/hdfs").with(variable, value).run("start");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo("hdfs: %s %s: give a whole number %s\n".formatted(variable, value, range));
  }

  @ParameterizedTest
  @CsvSource({
    "--port, 70000, from 0 to 65535",
    "--hdfs-port, 99999999999999999999, from 0 to 65535",
    "--workers, 0, of at least 1",
  })
  void clusterNamesWhatIsNoNumber(String option, String value, String range) throws Exception {
    Ended ended = script("submit/cluster").run("start", option, value);
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo("cluster: %s %s: give a whole number %s\n".formatted(option, value, range));
  }

  /** Kind: waiting for what cannot come any more. */
  @Test
  void aMasterThatHasEndedIsNotWaitedFor() throws Exception {
    String folder = directory.resolve("cluster").toString();
    Ended ended =
        script("submit/cluster")
            .run("start", "--folder", folder, "--port", "0", "--datanodes", "0");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo("cluster: the Spark master does not start; see " + folder + "/master.log\n");
  }

  /** Kind: an exit code that is lost on the way. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          exit 3                                          | 3 | ''
          printf 'no memory'; exit 1                      | 1 | no memory
          printf 'words\\0\\nsh\\0-c\\0exit 5\\0'         | 5 | words
          """)
  void theLaunchersExitCodeIsThatOfSparkSubmit(String java, int code, String said)
      throws Exception {
    java(java);
    Ended ended = script("spark/bin/spark-submit").run("job.jar");
    assertThat(ended.err()).isEqualTo(said);
    assertThat(ended.exitCode()).isEqualTo(code);
    assertThat(ended.out()).isEmpty();
  }
}
