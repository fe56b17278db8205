package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "sum", description = "Adds numbers.")
  private static final class SumCommand extends SparkCommand {
    @Option(names = "--upto", required = true)
    private int upTo;

    @Override
    protected void run() throws Exception {
      settings();
      switch (upTo) {
        case 0 -> throw new BadInputException("Number 0 is too small: give 1 or more");
        case 1 -> throw new IOException("disk\nfull");
        case -1 -> throw new IOException("Permission denied\n\tat a.B(B:1)\n\tat a.C(C:2)");
        case 2 -> throw new IllegalStateException("wrapped", new BadInputException("inner"));
        case -2 -> throw new OutOfMemoryError("Java heap space");
        case -3 -> throw new Error(new IOException("No space left on device"));
        case -4 -> throw new NoClassDefFoundError("a/B");
        default -> {}
      }
      if (isDryRun()) {
        print(Map.of("numbers", upTo), "would add " + upTo + " numbers");
        return;
      }
      try (SparkSession session = openSession()) {
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        int sum =
            spark
                .parallelize(IntStream.rangeClosed(1, upTo).boxed().toList(), 2)
                .map(
                    x -> {
                      if (x == 13) {
                        throw new BadInputException("Number 13 brings bad luck");
                      }
                      return x;
                    })
                .reduce(Integer::sum);
        print(Map.of("sum", sum), "sum " + sum);
      }
    }
  }

  private int ssc(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  private int sum(String... args) {
    return Main.commandLine(new SumCommand(), new PrintWriter(out), new PrintWriter(err))
        .execute(args);
  }

  private void assertComplaint(String line) {
    assertThat(err.toString()).isEqualTo(line + System.lineSeparator());
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(ssc("--help")).isZero();
    assertThat(out.toString()).contains("ssc").contains("Exit codes");
    assertThat(ssc("--version")).isZero();
    assertThat(out.toString()).containsPattern("ssc \\d+\\.\\d+").contains("Spark 3.5.");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpIsACommandToo() {
    assertThat(ssc("train", "--help")).isZero();
    String help = out.toString();
    out.getBuffer().setLength(0);
    assertThat(ssc("help", "train")).isZero();
    assertThat(out.toString()).isEqualTo(help).contains("Usage: ssc train");
    out.getBuffer().setLength(0);
    assertThat(ssc("help")).isZero();
    assertThat(out.toString()).contains("Usage: ssc ", "prune", "Exit codes");
    assertThat(err.toString()).isEmpty();
    out.getBuffer().setLength(0);
    assertThat(ssc("help", "trian")).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("'trian'", "(see ssc --help)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusesToRunWithoutACommand() {
    assertThat(ssc()).isEqualTo(2);
    assertComplaint("ssc: No command given (see ssc --help)");
  }

  /** Whatever is asked of benchmarks, their jar is not here. */
  @ParameterizedTest
  @ValueSource(strings = {"", "train", "train --seconds 2 --json", "--help", "--no-such"})
  void saysWhereBenchmarksAre(String arguments) {
    assertThat(ssc(("bench " + arguments).split(" "))).isEqualTo(2);
    assertComplaint(
        "ssc bench: the benchmarks are not in the job jar: start them with submit/ssc bench of a"
            + " checkout, which builds theirs");
  }

  @Test
  void refusesUnknownOptionsAndNamesTheNearest() {
    assertThat(sum("--upt", "3")).isEqualTo(2);
    assertComplaint("sum: Unknown option '--upt': did you mean '--upto'? (see sum --help)");
  }

  /** Kind: a mistake that is told of in the words of something else. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train --density 0.1           | '--density': settings are written key=value: density=0.1 (see
          train --epochs=3              | '--epochs=3': settings are written key=value: train.epochs=3 (see
          train --batch --data d        | '--batch': settings are written key=value: train.batch=... (see
          train --schedule.factor 2 a=b | key=value: train.schedule.factor=2 (see
          train --budget-trails 3       | '--budget-trails': known are: --config
          train --tset d                | '--tset': did you mean '--test'?
          shard --epochs 3              | '--epochs': known are: --
          """)
  void saysHowTheSettingOfAnUnknownOptionIsWritten(String arguments, String complaint) {
    assertThat(ssc(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("Unknown option", complaint);
  }

  @Test
  void refusesMissingAndMalformedOptions() {
    assertThat(sum()).isEqualTo(2);
    assertThat(sum("--upto", "many")).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("--upto") && line.endsWith("(see sum --help)"));
  }

  @Test
  void refusesUnknownSettings() {
    assertThat(sum("--upto", "3", "no.such=1")).isEqualTo(2);
    assertThat(err.toString()).startsWith("sum: Unknown setting no (argument no.such=1)");
  }

  @Test
  void refusesUnknownCommandsAndNamesTheNearest() {
    @Command(name = "root")
    final class Root {}
    int exitCode =
        Main.commandLine(new Root(), new PrintWriter(out), new PrintWriter(err))
            .addSubcommand(new SumCommand())
            .execute("smu");
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown command 'smu': did you mean 'sum'?");
  }

  /** Kind: Errors, which no handler of exceptions sees. */
  @ParameterizedTest
  @CsvSource({
    "-2, SSC_DRIVER_MEMORY=8g",
    "-3, No space left on device",
    "-4, NoClassDefFoundError: a/B",
  })
  void errorsEndInOneLineToo(String which, String words) {
    assertThat(sum("--upto", which)).isEqualTo(1);
    assertThat(err.toString()).hasLineCount(1).startsWith("sum failed: ").contains(words);
  }

  /** Kind: a wait for ever for what a local master does not have. */
  @Test
  void aLocalMasterGivesNoDevices() {
    System.setProperty("spark.executor.resource.gpu.amount", "1");
    System.setProperty("spark.task.resource.gpu.amount", "1");
    try {
      assertThat(sum("--upto", "5", "--master", "local[2]")).isEqualTo(2);
      assertThat(err.toString())
          .hasLineCount(1)
          .contains("A local master gives no devices", "spark.task.resource.gpu.amount=1");
    } finally {
      System.clearProperty("spark.executor.resource.gpu.amount");
      System.clearProperty("spark.task.resource.gpu.amount");
    }
  }

  /** Kind: a minute of waiting, and then words of Spark's, where no master answers. */
  @Test
  void aMasterThatDoesNotAnswerIsNamedAtOnce() throws IOException {
    assertThat(sum("--upto", "5", "--master", "spark://127.0.0.1:1")).isEqualTo(2);
    assertThat(err.toString())
        .hasLineCount(1)
        .contains("No master answers at spark://127.0.0.1:1 (Connection refused)");
    err.getBuffer().setLength(0);
    assertThat(sum("--upto", "5", "--master", "spark://nosuch.invalid:7077")).isEqualTo(2);
    assertThat(err.toString()).contains("no machine is named nosuch.invalid");
    err.getBuffer().setLength(0);
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String master = "spark://127.0.0.1:" + mute.getLocalPort();
      System.setProperty("spark.rpc.lookupTimeout", "1s");
      try {
        assertThat(sum("--upto", "5", "--master", master)).isEqualTo(2);
      } finally {
        System.clearProperty("spark.rpc.lookupTimeout");
      }
      assertThat(err.toString())
          .hasLineCount(1)
          .contains(master + " does not answer as the master");
    }
  }

  @Test
  void theLastWordsSayHowToResume() {
    assertThat(Stop.words("SIGTERM", "train", "--out", "x"))
        .isEqualTo("ssc train: ended by SIGTERM; the same command resumes where it was");
    assertThat(Stop.words("SIGINT", "shard")).endsWith("SIGINT; start it again to have it whole");
    assertThat(Stop.words("SIGHUP")).startsWith("ssc: ended by SIGHUP");
  }

  @Test
  void aServersStackTraceIsLeftOut() {
    assertThat(sum("--upto", "-1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("sum failed: IOException: Permission denied (");
  }

  @Test
  void badInputIsOneLineAndExitCode2() {
    assertThat(sum("--upto", "0")).isEqualTo(2);
    assertComplaint("sum: Number 0 is too small: give 1 or more");
  }

  @Test
  void badInputIsFoundBehindOtherExceptions() {
    assertThat(sum("--upto", "2")).isEqualTo(2);
    assertComplaint("sum: inner");
  }

  @Test
  void otherFailuresAreOneLineAndExitCode1() {
    assertThat(sum("--upto", "1")).isEqualTo(1);
    assertComplaint("sum failed: IOException: disk full (more with --verbose)");
  }

  @Test
  void verboseShowsTheStackTrace() {
    assertThat(sum("--upto", "1", "--verbose")).isEqualTo(1);
    assertThat(err.toString()).contains("at org.sscspark.spark.cli.MainTest");
  }

  @Test
  void aDryRunPrintsThePlanAsTextOrJson() {
    assertThat(sum("--upto", "5", "--dry-run")).isZero();
    assertThat(out.toString()).isEqualTo("would add 5 numbers" + System.lineSeparator());
    out.getBuffer().setLength(0);
    assertThat(sum("--upto", "5", "--dry-run", "--json")).isZero();
    assertThat(out.toString()).isEqualToIgnoringWhitespace("{\"numbers\": 5}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void runsOnSparkAndFindsBadInputInTasks() {
    assertThat(sum("--upto", "5", "--master", "local[2]", "--json")).isZero();
    assertThat(out.toString()).isEqualToIgnoringWhitespace("{\"sum\": 15}");
    assertThat(sum("--upto", "13", "--master", "local[1]")).isEqualTo(2);
    assertThat(err.toString()).isEqualToIgnoringWhitespace("sum: Number 13 brings bad luck");
  }

  @Test
  void refusesAMasterThatSparkDoesNotKnow() {
    for (String master : new String[] {"moon", "local[0]", "local[x]", "local[-1]"}) {
      assertThat(sum("--upto", "5", "--master", master)).isEqualTo(2);
      assertThat(err.toString()).contains("Spark has no master '" + master + "'");
    }
  }
}
