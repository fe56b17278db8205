package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of Spark's log reaches the console, by conf/log4j2.properties. */
class ConsoleLogTest {
  private static final String LOG = "ssc.log";
  private static final String PATTERN = "ssc.log.pattern";
  private static final String SIZE = "ssc.log.size";

  @TempDir private Path folder;

  /** Returns what the console shows of an error; the log file has it in any case. */
  private String console(String logger, String message) throws IOException {
    Path file = folder.resolve("log");
    String shown = console(file, logger, message);
    assertThat(Files.readString(file)).contains(message, "why");
    return shown;
  }

  /** As submit/ssc has it logged to this file. */
  private static String console(Path file, String logger, String message) throws IOException {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setProperty(LOG, file.toString());
    System.setProperty(PATTERN, file.toString().replace("%", "%%"));
    System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try (LoggerContext context =
        new LoggerContext("console", null, Path.of("../conf/log4j2.properties").toUri())) {
      context.start();
      context.getLogger(logger).error(message, new IllegalStateException("why"));
    } finally {
      System.setErr(before);
      System.clearProperty(LOG);
      System.clearProperty(PATTERN);
    }
    return shown.toString(StandardCharsets.UTF_8);
  }

  /** Kind: lines of Spark's about a failure of which the command's own line tells. */
  @ParameterizedTest
  @CsvSource({
    "org.apache.spark.util.Utils, Aborting task",
    "org.apache.spark.sql.execution.datasources.FileFormatWriter, Job job_1 aborted.",
    "org.apache.spark.sql.execution.datasources.FileFormatWriter, Aborting job 7.",
    "org.apache.spark.executor.Executor, Exception in task 0.0",
  })
  void whatTheCommandSaysIsNotSaidBefore(String logger, String message) throws IOException {
    assertThat(console(logger, message)).isEmpty();
  }

  @Test
  void otherErrorsAreShown() throws IOException {
    assertThat(console("org.apache.spark.util.Utils", "Uncaught exception in thread heartbeat"))
        .isEqualTo("ERROR Utils: Uncaught exception in thread heartbeat" + System.lineSeparator());
  }

  /** Kind: a path that is taken for a pattern, in which some characters mean something else. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "a%20b", "50%d b", "100%"})
  void anOldLogStaysBesideTheNewest(String name) throws IOException {
    Path logs = Files.createDirectory(folder.resolve(name));
    System.setProperty(SIZE, "1");
    try {
      console(logs.resolve("log"), "org.apache.spark.util.Utils", "first");
      console(logs.resolve("log"), "org.apache.spark.util.Utils", "second");
    } finally {
      System.clearProperty(SIZE);
    }
    assertThat(folder.toFile().list()).containsExactly(name);
    assertThat(logs.resolve("log.1")).content().contains("first");
  }
}
