package org.sscspark.spark.cli;

import java.io.File;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.sscspark.config.BadInputException;

/**
 * What a failure of Java, Hadoop or Spark means to the user, where their own words do not say what
 * to do.
 *
 * @param isBadInput whether the user can put it right before starting the command again
 * @param line what is wrong and what to do
 */
record KnownFailure(boolean isBadInput, String line) {
  private static final Pattern OTHER_SPARK =
      Pattern.compile("InvalidClassException: (?:org\\.apache\\.spark|scala)\\.");
  private static final String DAMAGED = "%s is truncated or corrupt: fetch or write it again";

  /** In this order; the first that knows a failure has the word. */
  private static final List<Rule> RULES =
      List.of(
          (cause, message, arguments) ->
              cause instanceof OutOfMemoryError ? failed(outOfMemory(message)) : Optional.empty(),
          failed(
              "(?s)ExecutorLostFailure.*(?:exited with code (?:52|137)|exit code:? (?:52|137)|OOMKilled)",
              "An executor ran out of memory: give executors more, as in "
                  + "SSC_SUBMIT_ARGS=\"--executor-memory 8g\", or fewer cores"),
          (cause, message, arguments) ->
              message.contains("No space left on device")
                  ? failed("No space left on device" + fullPlaces(arguments))
                  : Optional.empty(),
          failed(
              "(?:^|\\s)(/[^\\n]*?)/\\.tmp-\\S* \\(Permission denied\\)",
              "Permission denied: nothing can be written in %s; have its owner let you, or choose another folder"),
          badInput(
              "Incomplete HDFS URI, no host: (\\S+)",
              "%s names no host, and Hadoop's settings (HADOOP_CONF_DIR) name no default one: "
                  + "write hdfs://HOST:8020/..."),
          badInput("No FileSystem for scheme:? \"?([a-zA-Z0-9]+)\"?", KnownFailure::fileSystem),
          badInput(
              "Class (\\S+\\.(?:[a-z0-9]+)\\.\\S*FileSystem) not found",
              name -> fileSystem(name.contains(".s3a.") ? "s3a" : name)),
          (cause, message, arguments) ->
              cause instanceof UnknownHostException
                  ? badInput(noMachine(message.replaceFirst(":.*", "")))
                  : Optional.empty(),
          failed(
              "Call From \\S+ to (\\S+) failed on connection exception",
              "Nothing answers at %s: is the file system up, and is this its address?"),
          badInput(
              "invalid null input: name",
              "Hadoop cannot tell who you are: the user number has no name here; submit/ssc "
                  + "gives it one, or add it to /etc/passwd"),
          failed(
              "(Failed to create (?:a temp directory|local dir)[^\\n]*?)\\.?(?:\\n|$)",
              "%s: set SPARK_LOCAL_DIRS to a folder that can be written, and TMPDIR too"),
          (cause, message, arguments) ->
              OTHER_SPARK.matcher(cause.getClass().getSimpleName() + ": " + message).find()
                  ? badInput(
                      "The cluster's Spark is not this driver's %s: set SPARK_HOME to the cluster's own Spark 3.5"
                          .formatted(org.apache.spark.package$.MODULE$.SPARK_VERSION()))
                  : Optional.empty(),
          badInput(
              "Class is not registered: (\\S+)",
              "spark.kryo.registrationRequired is set and %s is not registered: add it to "
                  + "spark.kryo.classesToRegister, or leave the setting out"));

  /** Files that are found damaged while they are read, unless their reader has said so. */
  private static final List<Rule> DAMAGES =
      List.of(
          badInput(
              "Parquet column cannot be converted in file (\\w+:/.*?\\. Column: [^\\n]*?\\.)(?:\\n|$)",
              "The files of a table have other types than %s Write all of them with one type of each column"),
          badInput("(\\w+:/.*?) is not a Parquet file", DAMAGED),
          badInput("Checksum error: (\\w+:/.*?) at \\d+ exp", DAMAGED),
          badInput("Encountered error while reading file (\\w+:/.*?)\\. Details:", DAMAGED),
          // Where the description at its end is damaged, nobody says of which file it is.
          badInput(
              "can not read class org\\.apache\\.parquet\\.format\\.",
              DAMAGED.formatted("A Parquet file of the table")));

  /** A disk with less than this is full for what is written to it. */
  private static final long FULL = 1 << 20;

  /**
   * Looks through an exception and its causes.
   *
   * @param arguments what the user typed; some are places that may be full
   */
  static Optional<KnownFailure> of(Throwable failure, List<String> arguments) {
    List<Throwable> causes = ExceptionUtils.getThrowableList(failure);
    Optional<KnownFailure> known = of(causes, RULES, arguments);
    boolean told = causes.stream().anyMatch(BadInputException.class::isInstance);
    return known.isPresent() || told ? known : of(causes, DAMAGES, arguments);
  }

  private static Optional<KnownFailure> of(
      List<Throwable> causes, List<Rule> rules, List<String> arguments) {
    for (Throwable cause : causes) {
      for (Rule rule : rules) {
        Optional<KnownFailure> known =
            rule.of(cause, String.valueOf(cause.getMessage()), arguments);
        if (known.isPresent()) {
          return known;
        }
      }
    }
    return Optional.empty();
  }

  /** Knows one kind of failure. */
  @FunctionalInterface
  private interface Rule {
    Optional<KnownFailure> of(Throwable cause, String message, List<String> arguments);
  }

  /**
   * Knows failures by their message.
   *
   * @param pattern is found in the message
   * @param line of what the pattern's group holds
   */
  private static Rule badInput(String pattern, UnaryOperator<String> line) {
    Pattern compiled = Pattern.compile(pattern);
    return (cause, message, arguments) ->
        group(compiled, message).flatMap(g -> badInput(line.apply(g)));
  }

  private static Rule badInput(String pattern, String line) {
    return badInput(pattern, text -> line.formatted(text));
  }

  private static Rule failed(String pattern, String line) {
    Pattern compiled = Pattern.compile(pattern);
    return (cause, message, arguments) ->
        group(compiled, message).flatMap(g -> failed(line.formatted(g)));
  }

  /** The pattern's group, empty if it has none, of a message in which it is found. */
  private static Optional<String> group(Pattern pattern, String message) {
    Matcher matcher = pattern.matcher(message);
    if (!matcher.find()) {
      return Optional.empty();
    }
    return Optional.of(matcher.groupCount() == 0 ? "" : matcher.group(1));
  }

  private static String noMachine(String name) {
    return name.equals(System.getenv("HOSTNAME"))
        ? ("The name of this machine, %s, has no address: set SPARK_LOCAL_IP to its "
                + "address, as in 127.0.0.1")
            .formatted(name)
        : "No machine is named " + name;
  }

  private static String outOfMemory(String message) {
    if (!message.contains("heap space") && !message.contains("GC overhead")) {
      return "Out of memory: " + message;
    }
    return ("The driver ran out of memory (its heap holds %s MiB): give it more, as in "
            + "SSC_DRIVER_MEMORY=8g")
        .formatted(Runtime.getRuntime().maxMemory() >> 20);
  }

  private static String fileSystem(String scheme) {
    return switch (scheme) {
      case "s3a" ->
          ("s3a:// needs a jar that Spark does not bring: SSC_SUBMIT_ARGS=\"--packages "
                  + "org.apache.hadoop:hadoop-aws:%s\"")
              .formatted(org.apache.hadoop.util.VersionInfo.getVersion());
      case "s3", "s3n" -> "Hadoop's scheme for S3 is s3a: write s3a://BUCKET/...";
      default ->
          ("Hadoop knows no file system '%s' here: is it spelt so, and is its jar given "
                  + "with --packages or --jars in SSC_SUBMIT_ARGS?")
              .formatted(scheme);
    };
  }

  /** The full ones among the places where a driver writes. */
  private static String fullPlaces(List<String> arguments) {
    List<String> places =
        new ArrayList<>(
            List.of(
                System.getProperty("java.io.tmpdir"),
                System.getProperty("user.dir"),
                System.getProperty("ssc.log", ".")));
    places.addAll(Arrays.asList(System.getProperty("spark.local.dir", "/tmp").split(",")));
    String dirs = System.getenv("SPARK_LOCAL_DIRS");
    if (dirs != null) {
      places.addAll(Arrays.asList(dirs.split(",")));
    }
    arguments.stream()
        .map(argument -> argument.replaceFirst("^--[a-z]+=", "").replaceFirst("^file:(//)?", ""))
        .filter(argument -> argument.contains("/") && !argument.contains("://"))
        .forEach(places::add);
    Set<String> full = new TreeSet<>();
    for (String place : places) {
      File folder = existing(new File(place).getAbsoluteFile());
      if (folder != null && folder.getUsableSpace() < FULL) {
        full.add(folder.getPath());
      }
    }
    return full.isEmpty() ? "" : ": full is the disk of " + String.join(", ", full);
  }

  private static File existing(File file) {
    File found = file;
    while (found != null && !found.exists()) {
      found = found.getParentFile();
    }
    return found;
  }

  private static Optional<KnownFailure> badInput(String line) {
    return Optional.of(new KnownFailure(true, line));
  }

  private static Optional<KnownFailure> failed(String line) {
    return Optional.of(new KnownFailure(false, line));
  }
}
