package org.sscspark.spark.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command; spark-submit starts it. */
@Command(
    name = "ssc",
    description = "Trains structured sparse convolutional networks on Apache Spark.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {"", "ssc COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 bad input."},
    subcommands = {
      QuickstartCommand.class,
      ShardCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      PruneCommand.class,
      CompareCommand.class,
      InspectCommand.class,
      ExportCommand.class,
      SweepCommand.class,
      HelpCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    Optional<String> complaint = Supported.complaint();
    if (complaint.isPresent()) {
      System.err.println("ssc: " + complaint.get());
      System.exit(Failures.BAD_INPUT);
    }
    Stop.watch(args);
    Nameless.login();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, args);
    // A YARN driver inside the cluster that exits, even with 0, counts as failed. Everywhere else
    // exiting makes sure that no thread of a library keeps a finished command alive.
    if (exitCode != 0 || !ClusterDriver.isOnYarn()) {
      System.exit(exitCode);
    }
  }

  /**
   * Runs one command in this JVM.
   *
   * @param out takes results and nothing else
   * @param err takes progress, warnings and the one line that says what went wrong
   * @return 0 done, 2 bad input, 1 any other failure
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine(out, err).execute(args);
  }

  /** The command line of all commands, those of this jar and those that others add. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandLine root = new CommandLine(new Main());
    ServiceLoader.load(AddedCommand.class, Main.class.getClassLoader())
        .forEach(root::addSubcommand);
    if (!root.getSubcommands().containsKey(AbsentBench.NAME)) {
      root.addSubcommand(new AbsentBench());
    }
    return withConventions(root, out, err);
  }

  /** The command line of {@code root} with the project's conventions. */
  public static CommandLine commandLine(Object root, PrintWriter out, PrintWriter err) {
    return withConventions(new CommandLine(root), out, err);
  }

  private static CommandLine withConventions(CommandLine line, PrintWriter out, PrintWriter err) {
    return line.setOut(out)
        .setErr(err)
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(Failures::onBadArguments)
        .setExecutionExceptionHandler(Failures::onFailure);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "No command given");
  }
}
