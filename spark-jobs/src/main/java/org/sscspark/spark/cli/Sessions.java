package org.sscspark.spark.cli;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;

/** The one place where Spark is started. */
final class Sessions {
  /** Checked here because Spark looks at it late, after it has logged its own stack trace. */
  private static final Pattern MASTER =
      Pattern.compile(
          "local|local\\[(\\d+|\\*)(,\\s*\\d+)?]|local-cluster\\[.+]|yarn|(spark|k8s|mesos)://.+");

  private static final Map<String, String> DEFAULTS =
      Map.of("spark.ui.showConsoleProgress", "false", "spark.sql.session.timeZone", "UTC");

  /** A master for which this machine is all there is. */
  private static final Pattern ONE_MACHINE =
      Pattern.compile("local.*|spark://(127\\.0\\.0\\.1|localhost):\\d+");

  /** On one machine there is nobody to look at the web page and nobody else to listen to. */
  private static final Map<String, String> ONE_MACHINE_DEFAULTS =
      Map.of(
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  private Sessions() {}

  /**
   * Starts Spark with what spark-submit configured.
   *
   * @param master the master asked for; if empty, spark-submit's, else all cores of this machine
   * @throws BadInputException if there is no such master, or it gives no executor
   */
  static SparkSession open(String application, Optional<String> master) {
    SparkConf conf = configuration(application, master);
    SparkSession session = SparkSession.builder().config(conf).getOrCreate();
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
    conf.setIfMissing("spark.master", "local[*]");
    if (!MASTER.matcher(conf.get("spark.master")).matches()) {
      throw new BadInputException(
          "Spark has no master '%s': give local[N], spark://HOST:PORT, yarn or k8s://URL"
              .formatted(conf.get("spark.master")));
    }
    DEFAULTS.forEach(conf::setIfMissing);
    if (ONE_MACHINE.matcher(conf.get("spark.master")).matches()) {
      ONE_MACHINE_DEFAULTS.forEach(conf::setIfMissing);
    }
    return conf;
  }
}
