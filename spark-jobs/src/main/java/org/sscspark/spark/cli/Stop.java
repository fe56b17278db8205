package org.sscspark.spark.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.util.ShutdownHookManager;
import org.apache.spark.util.SparkUncaughtExceptionHandler;
import scala.runtime.BoxedUnit;

/**
 * What is said and returned where a process does not end by itself. When it is told to end, Spark
 * stops at once, and what works on it fails in many words: one line takes their place. When a task
 * in this process brings it down, the exit code is that of any failure.
 */
final class Stop {
  /** How Java names the thread that acts on a signal; it lives until the process ends. */
  private static final Pattern HANDLER = Pattern.compile("(SIG[A-Z]+) handler");

  private static final List<String> RESUMED = List.of("train", "compare", "sweep");

  /** After all of Spark's own. */
  private static final int LAST = 1;

  private Stop() {}

  /** Standard error until the last line is said. */
  private static final class Voice extends FilterOutputStream {
    private volatile boolean isSilent;

    private Voice(PrintStream err) {
      super(err);
    }

    @Override
    public void write(int b) throws IOException {
      if (!isSilent) {
        out.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!isSilent) {
        out.write(bytes, offset, length);
      }
    }
  }

  /** From now on a signal is answered on standard error, for the command with these arguments. */
  static void watch(String... args) {
    PrintStream err = System.err;
    Voice voice = new Voice(err);
    System.setErr(new PrintStream(voice, true, StandardCharsets.UTF_8));
    Runnable lastWord =
        () ->
            signal()
                .ifPresent(
                    name -> {
                      voice.isSilent = true;
                      err.println(words(name, args));
                    });
    Runtime.getRuntime().addShutdownHook(new Thread(lastWord, "ssc-stop"));
    ShutdownHookManager.addShutdownHook(
        LAST,
        () -> {
          if (isOfSpark()) {
            Runtime.getRuntime().halt(Failures.FAILED);
          }
          return BoxedUnit.UNIT;
        });
  }

  /** Whether a signal is ending this process. */
  static boolean isUnderWay() {
    return signal().isPresent();
  }

  static String words(String signal, String... args) {
    String command = args.length == 0 ? "" : " " + args[0];
    boolean resumes = args.length > 0 && RESUMED.contains(args[0]);
    return "ssc%s: ended by %s; %s"
        .formatted(
            command,
            signal,
            resumes ? "the same command resumes where it was" : "start it again to have it whole");
  }

  private static Optional<String> signal() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(thread -> HANDLER.matcher(thread.getName()))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  /** Whether Spark ends this process, because memory ran out in a task. */
  private static boolean isOfSpark() {
    String handler = SparkUncaughtExceptionHandler.class.getName();
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(frame -> frame.getClassName().equals(handler));
  }
}
