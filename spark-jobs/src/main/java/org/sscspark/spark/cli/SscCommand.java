package org.sscspark.spark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.sscspark.report.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have in common: help, output as text or JSON, progress, exit codes. */
public abstract class SscCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** What means itself to a shell. */
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on the annotation
  private boolean help;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  @Option(names = "--verbose", description = "After a failure, print the stack trace.")
  private boolean verbose;

  /**
   * Does the work.
   *
   * @throws org.sscspark.config.BadInputException for what the user can put right; exit code 2
   * @throws Exception anything else; exit code 1
   */
  protected abstract void run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    try {
      run();
    } catch (Error e) {
      // A full disk and a full heap are Errors; they too end in one line and an exit code.
      throw new ExecutionException(e);
    }
    return 0;
  }

  /**
   * Prints the result; call it once.
   *
   * @param document what {@code --json} prints: a record, a map, a list or a Jackson tree (Jackson
   *     without modules: no Optional, no time)
   * @param text what is printed otherwise
   */
  protected final void print(Object document, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(document) : text.stripTrailing());
    out.flush();
  }

  /** A document as JSON, as {@code --json} prints it. */
  static String json(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the result as JSON: " + document, e);
    }
  }

  /** Says something about the work under way, on standard error. */
  protected final void say(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text.stripTrailing());
    err.flush();
  }

  /** Where the work reports how far it is: standard error. */
  protected final Progress progress() {
    return new ConsoleProgress(
        spec.commandLine().getErr(),
        Boolean.getBoolean("ssc.terminal")
            ? ConsoleProgress.Style.REDRAWN
            : ConsoleProgress.Style.PLAIN_LINES,
        System::nanoTime);
  }

  /** How files are reached: Hadoop's settings with {@code spark.hadoop.*} on top. */
  protected final Configuration hadoop() {
    SparkConf conf = new SparkConf();
    SparkDefaults.load().complete(conf);
    return SparkHadoopUtil.get().newConfiguration(conf);
  }

  /** Whether failures are shown with their stack trace. */
  final boolean isVerbose() {
    return verbose;
  }

  /** What the user typed, as a shell takes it. */
  protected final String typed() {
    CommandLine root = spec.root().commandLine();
    return root.getParseResult().originalArgs().stream()
        .map(SscCommand::quoted)
        .collect(Collectors.joining(" ", root.getCommandName() + " ", ""));
  }

  private static String quoted(String argument) {
    return PLAIN.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  /** The name of this command with its parents, as in "ssc train". */
  final String qualifiedName() {
    return spec.qualifiedName();
  }
}
