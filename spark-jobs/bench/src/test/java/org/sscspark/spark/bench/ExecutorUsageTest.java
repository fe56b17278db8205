package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;

class ExecutorUsageTest {
  /** Ten seconds between the jobs; one executor works for eight of them, two cores for 10. */
  private static final String EVENTS =
      """
      {"Event":"SparkListenerApplicationStart","Timestamp":0}
      {"Event":"SparkListenerExecutorAdded","Timestamp":1,"Executor ID":"0","Executor Info":{"Total Cores":1}}
      {"Event":"SparkListenerExecutorAdded","Timestamp":1,"Executor ID":"1","Executor Info":{"Total Cores":2}}
      {"Event":"SparkListenerJobStart","Job ID":0,"Submission Time":5000}
      {"Event":"SparkListenerTaskEnd","Stage ID":0,"Task Info":{"Executor ID":"0","Launch Time":5000,"Finish Time":13000}}
      {"Event":"SparkListenerJobEnd","Job ID":0,"Completion Time":13000}
      {"Event":"SparkListenerTaskEnd","Stage ID":1,"Task Info":{"Executor ID":"1","Launch Time":5000,"Finish Time":12000}}
      {"Event":"SparkListenerTaskEnd","Stage ID":2,"Task Info":{"Executor ID":"1","Launch Time":12000,"Finish Time":15000}}
      {"Event":"SparkListenerJobEnd","Job ID":1,"Completion Time":15000}
      """;

  @TempDir private Path folder;

  private ExecutorUsage read(String text) throws IOException {
    Path log = Files.writeString(folder.resolve("app-1"), text);
    return ExecutorUsage.of(new Configuration(false), log.toUri());
  }

  @Test
  void countsTheTimeOfTasksBetweenTheFirstAndTheLastJob() throws IOException {
    assertThat(read(EVENTS).executors())
        .containsExactly(
            new ExecutorUsage.Executor("0", 1, 1, 8, 0.8),
            new ExecutorUsage.Executor("1", 2, 2, 10, 0.5));
    assertThat(read(EVENTS).text())
        .startsWith("2 jobs in 10.0 s from the first one's start to the last one's end")
        .contains("80.00 %");
  }

  @Test
  void aLastLineThatWasCutOffIsLeftOut() throws IOException {
    assertThat(read(EVENTS + "{\"Event\":\"SparkListenerTa")).isEqualTo(read(EVENTS));
  }

  private static ExecutorUsage of(Path log) throws IOException {
    return ExecutorUsage.of(new Configuration(false), log.toUri());
  }

  /** Kind: an input of a form that the program's own help leads to. */
  @Test
  void theFilesOfALogThatRollsAreReadInTheirOrder() throws IOException {
    Path rolling = Files.createDirectory(folder.resolve("eventlog_v2_app-1"));
    Files.writeString(rolling.resolve("appstatus_app-1"), "");
    List<String> lines = EVENTS.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Files.writeString(
          rolling.resolve("events_" + (i + 5) + "_app-1"), lines.get(i) + System.lineSeparator());
    }
    assertThat(of(rolling)).isEqualTo(read(EVENTS));

    Path last = rolling.resolve("events_" + (lines.size() + 5) + "_app-1");
    Files.writeString(last, "{\"Event\":\"SparkListenerTa");
    assertThat(of(rolling)).isEqualTo(read(EVENTS));
    // events_9 is before events_10: that one is torn, but not the last.
    Files.writeString(rolling.resolve("events_9_app-1"), "{\"Event\":\"SparkListenerTa");
    assertThatThrownBy(() -> of(rolling))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is no event log of Spark, or is compressed");

    Files.writeString(rolling.resolve("events_7_app-1.compact"), "");
    assertThatThrownBy(() -> of(rolling))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("was compacted by Spark's history server");
  }

  /** Kind: an input of a form that the program's own help leads to. */
  @Test
  void theLogsOfAFolderAreNamed() throws IOException {
    assertThatThrownBy(() -> of(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has no event log; give the file or the folder of one");
    for (int i = 0; i < 7; i++) {
      Path log = Files.writeString(folder.resolve("app-" + i), EVENTS);
      Files.setLastModifiedTime(log, FileTime.from(Instant.ofEpochSecond(1000 + i)));
    }
    Path rolling = Files.createDirectory(folder.resolve("eventlog_v2_app-7"));
    Files.setLastModifiedTime(rolling, FileTime.from(Instant.ofEpochSecond(2000)));
    Files.createDirectory(folder.resolve("other"));
    assertThatThrownBy(() -> of(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is a folder of event logs; give one of them, as in --events ")
        .hasMessageEndingWith(
            "/eventlog_v2_app-7: eventlog_v2_app-7, app-6, app-5, app-4, app-3 and 3 older ones");
  }

  /**
   * Kind: a file that is held in memory as a whole. These events would take more than tests have:
   * an empty object is three bytes in the file and more than 50 in memory.
   */
  @Test
  void aLogMayBeLargerThanMemory() throws IOException {
    Path log = folder.resolve("app-large");
    String large = "{\"Event\":\"other\",\"of\":[{}" + ",{}".repeat(400_000) + "]}\n";
    long bytes = Runtime.getRuntime().maxMemory() / 20;
    try (BufferedWriter out = Files.newBufferedWriter(log)) {
      for (long written = 0; written < bytes; written += large.length()) {
        out.write(large);
      }
      out.write(EVENTS);
    }
    assertThat(of(log)).isEqualTo(read(EVENTS));
  }

  @Test
  void whatIsNoEventLogIsNamed() {
    assertThatThrownBy(() -> read("no log\n" + EVENTS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is no event log of Spark, or is compressed");
    assertThatThrownBy(() -> read("{\"Event\":\"SparkListenerApplicationStart\"}\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("No job ends in");
    assertThatThrownBy(
            () -> ExecutorUsage.of(new Configuration(false), folder.resolve("app-none").toUri()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("There is no event log");
  }
}
