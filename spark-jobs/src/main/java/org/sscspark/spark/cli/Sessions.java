package org.sscspark.spark.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.ConfigEntry$;
import org.apache.spark.io.CompressionCodec$;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.averaging.DynamicAllocation;
import scala.Tuple2;

/** The one place where Spark is started. */
final class Sessions {
  /** Checked here because Spark looks at it late, after it has logged its own stack trace. */
  private static final Pattern MASTERS =
      Pattern.compile(
          "local|local\\[(N|\\*)(,\\s*N)?]|local-cluster\\[\\s*N\\s*,\\s*N\\s*,\\s*N\\s*]|yarn|(spark|k8s|mesos)://.+"
              .replace("N", "[1-9]\\d{0,5}"));

  private static final Pattern THREADS = Pattern.compile("local(\\[.*])?");

  /** A master for which this machine is all there is. */
  private static final Pattern ONE_MACHINE =
      Pattern.compile("local.*|spark://(127\\.0\\.0\\.1|localhost):\\d+");

  /** On one machine there is nobody to look at the web page and nobody else to listen to. */
  private static final Map<String, String> ONE_MACHINE_DEFAULTS =
      Map.of(
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  private static final String MASTER = "spark.master";

  /** Set by the launcher where it had to give the machine an address. */
  private static final String NAMELESS = "SSC_NAMELESS";

  private static final String STOPPED = "stopped SparkContext";

  private Sessions() {}

  /**
   * Starts Spark with what spark-submit configured.
   *
   * @param master the master asked for; if empty, spark-submit's, else all cores of this machine
   * @throws BadInputException if there is no such master, if it gives no executor, or if Spark does
   *     not start with these settings
   */
  static SparkSession open(String application, Optional<String> master) {
    SparkConf conf = configuration(application, master);
    if (StandaloneMaster.isAddress(conf.get(MASTER))) {
      StandaloneMaster.at(conf.get(MASTER), conf).close();
    }
    try {
      return started(begun(conf));
    } catch (IllegalStateException e) {
      if (String.valueOf(e.getMessage()).contains(STOPPED)) {
        throw new BadInputException(
            ("%s did not take this application, or has ended it: is its Spark of the version of"
                    + " this one, %s? Its log and the driver's say more")
                .formatted(conf.get(MASTER), org.apache.spark.package$.MODULE$.SPARK_VERSION()),
            e);
      }
      throw e;
    }
  }

  /** What Spark's own start refuses is a setting: nothing else has been asked for yet. */
  private static SparkSession begun(SparkConf conf) {
    try {
      // Which Spark itself asks for only when it sends the first broadcast.
      CompressionCodec$.MODULE$.createCodec(conf);
      return SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) {
      // Scala declares no exceptions. Those of Spark's own may be of a cluster that did not answer.
      if (e instanceof IllegalArgumentException
          || e instanceof ClassNotFoundException
          || (e instanceof SparkException && conf.get(MASTER).startsWith("local"))) {
        throw refused(complaint(conf, e), e);
      }
      throw e;
    }
  }

  /** Spark finds some values that it cannot read only when it has half started, or half ended. */
  private static void requireReadable(SparkConf conf) {
    // It knows of settings only once this is loaded.
    Objects.requireNonNull(org.apache.spark.internal.config.package$.MODULE$);
    for (Tuple2<String, String> setting : conf.getAll()) {
      ConfigEntry<?> entry = ConfigEntry$.MODULE$.findEntry(setting._1());
      if (entry != null) {
        try {
          conf.get(entry);
        } catch (IllegalArgumentException e) {
          throw refusal(setting._1(), e);
        }
      }
    }
    FirstExecutor.timeoutSeconds(conf);
  }

  /** What is said of a value that cannot be read. */
  static BadInputException refusal(String key, IllegalArgumentException cause) {
    String words = words(cause);
    return refused(words.contains(key) ? words : key + ": " + words, cause);
  }

  private static BadInputException refused(String complaint, Exception cause) {
    return new BadInputException(
        "Spark does not start with its settings: %s; correct SSC_SUBMIT_ARGS or spark-defaults.conf"
            .formatted(complaint),
        cause);
  }

  private static String words(Exception e) {
    return String.valueOf(e.getMessage()).strip().replaceFirst("\\.$", "");
  }

  /** Of a class that is not there, for one, Spark does not say which key names it. */
  private static String complaint(SparkConf conf, Exception e) {
    String message =
        e instanceof ClassNotFoundException ? "there is no class " + e.getMessage() : words(e);
    if (message.contains("spark.")) {
      return message;
    }
    return Arrays.stream(conf.getAll())
        .filter(setting -> !setting._2().isBlank() && message.endsWith(" " + setting._2()))
        .findFirst()
        .map(setting -> setting._1() + ": " + message)
        .orElse(message);
  }

  private static SparkSession started(SparkSession session) {
    try {
      FirstExecutor.await(session.sparkContext());
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  static SparkConf configuration(String application, Optional<String> master) {
    SparkConf conf = new SparkConf().setAppName(application);
    master.ifPresent(conf::setMaster);
    conf.setIfMissing(MASTER, "local[*]");
    String given = conf.get(MASTER);
    if (!MASTERS.matcher(given).matches()) {
      throw new BadInputException(
          "Spark has no master '%s': give local[N], spark://HOST:PORT, yarn or k8s://URL"
              .formatted(given));
    }
    SparkDefaults.load().complete(conf);
    if (ONE_MACHINE.matcher(given).matches()) {
      ONE_MACHINE_DEFAULTS.forEach(conf::setIfMissing);
    } else {
      requireName(conf);
    }
    if (THREADS.matcher(given).matches()) {
      requireNoDevices(conf);
    }
    KryoClasses.register(conf);
    requireReadable(conf);
    DynamicAllocation.askAtStart(conf);
    return conf;
  }

  /** Executors find the driver by the name of its machine. */
  private static void requireName(SparkConf conf) {
    if (System.getenv(NAMELESS) != null && !conf.contains("spark.driver.host")) {
      throw new BadInputException(
          ("The name of this machine has no address, so %s could not find the driver: set "
                  + "SPARK_LOCAL_IP to the address at which it is reached")
              .formatted(conf.get(MASTER)));
    }
  }

  /** In threads of one process Spark would wait for ever for a device to give to a task. */
  private static void requireNoDevices(SparkConf conf) {
    String prefix = "spark.task.resource.";
    for (Tuple2<String, String> setting : conf.getAllWithPrefix(prefix)) {
      if (setting._1().endsWith(".amount") && amount(prefix + setting._1(), setting._2()) > 0) {
        throw new BadInputException(
            ("A local master gives no devices to tasks: leave out "
                    + "%s%s=%s; the engine cuda takes this machine's GPU by itself")
                .formatted(prefix, setting._1(), setting._2()));
      }
    }
  }

  private static double amount(String key, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw refused("%s=%s is no number".formatted(key, value), e);
    }
  }
}
