package org.sscspark.spark.cli;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * What a failure of Java, Hadoop or Spark means to the user, where their own words do not say what
 * to do.
 *
 * @param isBadInput whether the user can put it right before starting the command again
 * @param line what is wrong and what to do
 */
record KnownFailure(boolean isBadInput, String line) {
  private static final Pattern NO_HOST = Pattern.compile("Incomplete HDFS URI, no host: (\\S+)");
  private static final Pattern NO_FILE_SYSTEM =
      Pattern.compile("No FileSystem for scheme:? \"?([a-zA-Z0-9]+)\"?");
  private static final Pattern NO_FILE_SYSTEM_CLASS =
      Pattern.compile("Class (\\S+\\.(?:[a-z0-9]+)\\.\\S*FileSystem) not found");
  private static final Pattern NOBODY =
      Pattern.compile("Call From \\S+ to (\\S+) failed on connection exception");
  private static final Pattern OTHER_SPARK =
      Pattern.compile("InvalidClassException: (?:org\\.apache\\.spark|scala)\\.");
  private static final Pattern NOT_REGISTERED = Pattern.compile("Class is not registered: (\\S+)");
  private static final Pattern NO_LOCAL_FOLDER =
      Pattern.compile("Failed to create (?:a temp directory|local dir)[^\\n]*");
  private static final Pattern EXECUTOR_MEMORY =
      Pattern.compile(
          "ExecutorLostFailure.*(?:exited with code (?:52|137)|exit code:? (?:52|137)|OOMKilled)",
          Pattern.DOTALL);

  /** A disk with less than this is full for what is written to it. */
  private static final long FULL = 1 << 20;

  /**
   * Looks through an exception and its causes.
   *
   * @param arguments what the user typed; some are places that may be full
   */
  static Optional<KnownFailure> of(Throwable failure, List<String> arguments) {
    for (Throwable cause : ExceptionUtils.getThrowableList(failure)) {
      Optional<KnownFailure> known = known(cause, String.valueOf(cause.getMessage()), arguments);
      if (known.isPresent()) {
        return known;
      }
    }
    return Optional.empty();
  }

  private static Optional<KnownFailure> known(
      Throwable cause, String message, List<String> arguments) {
    if (cause instanceof OutOfMemoryError) {
      return failed(outOfMemory(message));
    }
    if (EXECUTOR_MEMORY.matcher(message).find()) {
      return failed(
          ("An executor ran out of memory: give executors more, as in "
              + "SSC_SUBMIT_ARGS=\"--executor-memory 8g\", or fewer cores"));
    }
    if (message.contains("No space left on device")) {
      return failed("No space left on device" + fullPlaces(arguments));
    }
    Matcher matcher = NO_HOST.matcher(message);
    if (matcher.find()) {
      return badInput(
          ("%s names no host, and Hadoop's settings (HADOOP_CONF_DIR) name no default one: "
                  + "write hdfs://HOST:8020/...")
              .formatted(matcher.group(1)));
    }
    matcher = NO_FILE_SYSTEM.matcher(message);
    if (matcher.find()) {
      return badInput(fileSystem(matcher.group(1)));
    }
    matcher = NO_FILE_SYSTEM_CLASS.matcher(message);
    if (matcher.find()) {
      return badInput(fileSystem(matcher.group(1).contains(".s3a.") ? "s3a" : matcher.group(1)));
    }
    if (cause instanceof java.net.UnknownHostException) {
      return badInput(noMachine(message.replaceFirst(":.*", "")));
    }
    matcher = NOBODY.matcher(message);
    if (matcher.find()) {
      return failed(
          "Nothing answers at %s: is the file system up, and is this its address?"
              .formatted(matcher.group(1)));
    }
    if (message.contains("invalid null input: name")) {
      return badInput(
          ("Hadoop cannot tell who you are: the user number has no name here; submit/ssc "
              + "gives it one, or add it to /etc/passwd"));
    }
    matcher = NO_LOCAL_FOLDER.matcher(message);
    if (matcher.find()) {
      return failed(
          "%s: set SPARK_LOCAL_DIRS to a folder that can be written, and TMPDIR too"
              .formatted(matcher.group().replaceFirst("\\.$", "")));
    }
    if (OTHER_SPARK.matcher(cause.getClass().getSimpleName() + ": " + message).find()) {
      return badInput(
          ("The cluster's Spark is not this driver's %s: set SPARK_HOME to the cluster's "
                  + "own Spark 3.5")
              .formatted(org.apache.spark.package$.MODULE$.SPARK_VERSION()));
    }
    matcher = NOT_REGISTERED.matcher(message);
    if (matcher.find()) {
      return badInput(
          ("spark.kryo.registrationRequired is set and %s is not registered: add it to "
                  + "spark.kryo.classesToRegister, or leave the setting out")
              .formatted(matcher.group(1)));
    }
    return Optional.empty();
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
