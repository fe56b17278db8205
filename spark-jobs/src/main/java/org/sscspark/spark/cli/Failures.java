package org.sscspark.spark.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Spelling;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns failures into one line on standard error and an exit code. */
final class Failures {
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final Pattern TRACE = Pattern.compile("\\R\\s*at .*", Pattern.DOTALL);
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private Failures() {}

  /** The arguments do not fit the command. */
  static int onBadArguments(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    say(
        command.getErr(),
        "%s: %s (see %s --help)".formatted(name, complaint(e, List.of(args)), name));
    return BAD_INPUT;
  }

  /** The command was started and threw. */
  static int onFailure(Exception e, CommandLine command, ParseResult arguments) {
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    if (Stop.isUnderWay()) {
      // Spark stopped under the command's feet; the one line is said where the signal arrived.
      LOG.info("{} was ended", name, e);
      return FAILED;
    }
    // At level info, because the console shows warnings: the log file takes the stack trace.
    LOG.info("{} failed", name, e);
    if (command.getCommand() instanceof SscCommand started && started.isVerbose()) {
      e.printStackTrace(err);
    }
    Optional<KnownFailure> known = KnownFailure.of(e, arguments.originalArgs());
    if (known.isPresent() && known.get().isBadInput()) {
      say(err, name + ": " + known.get().line());
      return BAD_INPUT;
    }
    Optional<BadInputException> badInput =
        ExceptionUtils.getThrowableList(e).stream()
            .filter(BadInputException.class::isInstance)
            .map(BadInputException.class::cast)
            .findFirst();
    if (badInput.isPresent()) {
      say(err, name + ": " + badInput.get().getMessage());
      return BAD_INPUT;
    }
    String log = System.getProperty("ssc.log");
    say(
        err,
        "%s failed: %s (%s)"
            .formatted(
                name,
                known.map(KnownFailure::line).orElseGet(() -> reason(e)),
                log == null ? "more with --verbose" : "log: " + log));
    return FAILED;
  }

  /** An argument that is not known explains more than a missing one that picocli finds first. */
  private static String complaint(ParameterException e, List<String> arguments) {
    CommandLine command = e.getCommandLine();
    for (String argument : command.getUnmatchedArguments()) {
      if (argument.startsWith("-")) {
        Collection<String> options = command.getCommandSpec().optionsMap().keySet();
        return "Unknown option '%s': %s"
            .formatted(
                argument,
                command.getCommand() instanceof SparkCommand taking
                    ? taking
                        .settingFor(argument, arguments)
                        .orElseGet(() -> Spelling.suggestion(argument, options))
                    : Spelling.suggestion(argument, options));
      }
      Collection<String> commands = command.getSubcommands().keySet();
      if (!commands.isEmpty()) {
        return "Unknown command '%s': %s"
            .formatted(argument, Spelling.suggestion(argument, commands));
      }
    }
    return e.getMessage();
  }

  /** The words of the first exception of this project in the chain, else of the root cause. */
  private static String reason(Throwable failure) {
    List<Throwable> chain = ExceptionUtils.getThrowableList(failure);
    return chain.stream()
        .filter(cause -> cause.getClass().getName().startsWith("org.sscspark."))
        .map(Throwable::getMessage)
        .findFirst()
        .orElseGet(
            () -> {
              Throwable root = chain.get(chain.size() - 1);
              String type = root.getClass().getSimpleName();
              String message = root.getMessage();
              return message == null ? type : type + ": " + withoutTrace(message);
            });
  }

  /** What a server says of its own failure comes with its stack trace. */
  private static String withoutTrace(String message) {
    return TRACE.matcher(message).replaceFirst("");
  }

  private static void say(PrintWriter err, String line) {
    err.println(oneLine(line));
    err.flush();
  }

  /** A text without line breaks. */
  static String oneLine(String text) {
    return WHITE_SPACE.matcher(text).replaceAll(" ");
  }
}
