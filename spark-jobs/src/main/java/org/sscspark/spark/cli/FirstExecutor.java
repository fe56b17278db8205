package org.sscspark.spark.cli;

import java.time.Duration;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;

/**
 * Waits until a cluster has given an application its first executor. Spark itself waits for ever,
 * also for what no machine of the cluster can give.
 */
final class FirstExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(FirstExecutor.class);
  static final String TIMEOUT = "spark.ssc.executorTimeout";
  private static final long POLL_MILLIS = 50;

  private FirstExecutor() {}

  /**
   * Returns once there is an executor; at once with a local master.
   *
   * @throws BadInputException if there is none in time, naming what was asked for
   */
  static void await(SparkContext spark) {
    if (spark.isLocal()) {
      return;
    }
    long seconds = timeoutSeconds(spark.conf());
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (executors(spark) == 0) {
      if (System.nanoTime() > deadline) {
        throw new BadInputException(
            "No executor came up within %s s: %s has nowhere %s free; ask for less, or wait longer"
                    .formatted(seconds, spark.master(), request(spark.conf()))
                + " with --conf "
                + TIMEOUT
                + " in SSC_SUBMIT_ARGS");
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for executors", e);
      }
    }
    LOG.info("{} executors are there", executors(spark));
  }

  /**
   * How long a cluster may take to find a place for a process.
   *
   * @throws BadInputException if the setting is no time
   */
  static long timeoutSeconds(SparkConf conf) {
    try {
      return conf.getTimeAsSeconds(TIMEOUT, "120s");
    } catch (IllegalArgumentException e) {
      throw Sessions.refusal(TIMEOUT, e);
    }
  }

  /** All but the driver, which is listed with them. */
  private static int executors(SparkContext spark) {
    return spark.statusTracker().getExecutorInfos().length - 1;
  }

  /** What one executor needs. */
  static String request(SparkConf conf) {
    StringBuilder request =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s cores with %s of memory",
                conf.get("spark.executor.cores", "1"),
                conf.get("spark.executor.memory", "1g")));
    String gpus = conf.get("spark.executor.resource.gpu.amount", "0");
    if (!gpus.equals("0")) {
      request.append(" and ").append(gpus).append(" GPUs");
    }
    return request.toString();
  }
}
