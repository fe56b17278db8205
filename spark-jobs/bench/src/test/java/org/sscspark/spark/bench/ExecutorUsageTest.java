package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
