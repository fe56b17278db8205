package org.sscspark.spark.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says one line when the process is told to end. Spark stops at the same time, and what works on it
 * fails in many words; none of them is said.
 */
final class Stop {
  /** How Java names the thread that acts on a signal; it lives until the process ends. */
  private static final Pattern HANDLER = Pattern.compile("(SIG[A-Z]+) handler");

  private static final List<String> RESUMED = List.of("train", "compare", "sweep");

  private Stop() {}

  /** From now on a signal is answered on {@code err}. */
  static void watch(PrintWriter err, String... args) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    signal()
                        .ifPresent(
                            name -> {
                              err.println(words(name, args));
                              err.flush();
                              PrintStream nowhere =
                                  new PrintStream(
                                      OutputStream.nullOutputStream(),
                                      false,
                                      StandardCharsets.UTF_8);
                              System.setErr(nowhere);
                            }),
                "ssc-stop"));
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
        .filter(matcher -> matcher.matches())
        .map(matcher -> matcher.group(1))
        .findFirst();
  }
}
