package org.sscspark.spark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.deploy.ClientArguments;
import org.apache.spark.deploy.Command;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.DriverDescription;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.util.Utils;
import org.sscspark.config.BadInputException;
import scala.Option;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A driver on a worker of a standalone cluster, from its submission to its end. Spark's own client
 * leaves out what Java has to be told on JDK 17, waits for ever for a worker that is large enough,
 * and ends with 0 whatever becomes of the driver.
 */
final class StandaloneDriver {
  private static final long POLL_MILLIS = 500;

  /** How long a master may say nothing: one that is started anew knows its drivers again. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of the environment that goes with a driver: what belongs to the machine that submits. */
  private static final Set<String> OF_THIS_MACHINE =
      Set.of(
          "JAVA_HOME",
          "PATH",
          "HOME",
          "PWD",
          "OLDPWD",
          "SHLVL",
          "TMPDIR",
          "SPARK_HOME",
          "SPARK_CONF_DIR",
          "SPARK_LOCAL_IP",
          "SPARK_LOCAL_DIRS",
          "SPARK_DRIVER_MEMORY",
          "SPARK_SUBMIT_OPTS",
          "SPARK_ENV_LOADED");

  private final PrintWriter err;
  private final SparkConf conf;
  private final ClientArguments arguments;
  private final String url;

  /**
   * Prepares what Spark's own client would submit.
   *
   * @param sparkSubmit the arguments of spark-submit
   */
  StandaloneDriver(String[] sparkSubmit, PrintWriter err) {
    SparkSubmitArguments parsed =
        new SparkSubmitArguments(
            JavaConverters.asScalaBuffer(List.of(sparkSubmit)), ScalaMaps.of(System.getenv()));
    Tuple4<Seq<String>, Seq<String>, SparkConf, String> prepared =
        new SparkSubmit().prepareSubmitEnvironment(parsed, Option.empty());
    this.err = err;
    conf = prepared._3();
    url = parsed.master();
    List<String> client = JavaConverters.seqAsJavaList(prepared._1());
    arguments = new ClientArguments(client.toArray(String[]::new));
  }

  /**
   * Submits the driver and waits for its end.
   *
   * @return 0 if it succeeded
   * @throws BadInputException if no worker has room for it
   * @throws SparkException if it failed
   */
  int run() throws SparkException {
    try (StandaloneMaster master = StandaloneMaster.at(url, conf)) {
      String driver = master.submit(description());
      err.printf("Submitted to %s as %s%n", url, driver);
      String place = awaitStart(master, driver);
      err.printf("%s runs at %s, where its output and log are%n", driver, place);
      return awaitEnd(master, driver, place);
    }
  }

  private DriverDescription description() {
    List<String> wrapped =
        new ArrayList<>(List.of("{{WORKER_URL}}", "{{USER_JAR}}", arguments.mainClass()));
    wrapped.addAll(JavaConverters.seqAsJavaList(arguments.driverOptions()));
    String options =
        String.join(
            " ",
            JavaModuleOptions.defaultModuleOptions(),
            conf.get(SparkDefaults.DRIVER_JAVA_OPTIONS, ""),
            conf.get("spark.driver.extraJavaOptions", ""));
    List<String> java =
        new ArrayList<>(
            JavaConverters.seqAsJavaList(
                Utils.sparkJavaOpts(conf, Utils.sparkJavaOpts$default$2())));
    java.addAll(JavaConverters.seqAsJavaList(Utils.splitCommandString(options)));
    Command command =
        new Command(
            "org.apache.spark.deploy.worker.DriverWrapper",
            JavaConverters.asScalaBuffer(wrapped),
            ScalaMaps.of(environment()),
            entries("spark.driver.extraClassPath"),
            entries("spark.driver.extraLibraryPath"),
            JavaConverters.asScalaBuffer(java));
    return new DriverDescription(
        arguments.jarUrl(),
        arguments.memory(),
        arguments.cores(),
        arguments.supervise(),
        command,
        JavaConverters.asScalaBuffer(List.of()));
  }

  private Seq<String> entries(String key) {
    String path = conf.get(key, "");
    return JavaConverters.asScalaBuffer(path.isEmpty() ? List.of() : List.of(path.split(":")));
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.keySet().removeAll(OF_THIS_MACHINE);
    environment.keySet().removeIf(name -> name.startsWith("SSC_"));
    return environment;
  }

  /** The worker that starts the driver. */
  private String awaitStart(StandaloneMaster master, String driver) throws SparkException {
    long seconds = FirstExecutor.timeoutSeconds(conf);
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (true) {
      DeployMessages.DriverStatusResponse status = master.status(driver);
      if (status.workerHostPort().isDefined()) {
        return status.workerHostPort().get();
      }
      if (!state(status).equals("SUBMITTED")) {
        return "no worker";
      }
      if (System.nanoTime() > deadline) {
        master.kill(driver);
        throw new BadInputException(
            ("No worker of %s had %s cores with %s MiB of memory free for the driver within "
                    + "%s s: ask for less with SSC_DRIVER_MEMORY, as in 1g, or wait longer with "
                    + "--conf %s in SSC_SUBMIT_ARGS")
                .formatted(
                    url, arguments.cores(), arguments.memory(), seconds, FirstExecutor.TIMEOUT));
      }
      pause();
    }
  }

  private int awaitEnd(StandaloneMaster master, String driver, String place) throws SparkException {
    long heard = System.nanoTime();
    while (true) {
      DeployMessages.DriverStatusResponse status;
      try {
        status = master.status(driver);
        heard = System.nanoTime();
      } catch (SparkException e) {
        if (System.nanoTime() - heard > PATIENCE.toNanos()) {
          throw e;
        }
        pause();
        continue;
      }
      switch (state(status)) {
        case "FINISHED" -> {
          return 0;
        }
        case "FAILED", "KILLED", "ERROR" ->
            throw new SparkException(
                "%s at %s has ended as %s%s"
                    .formatted(driver, place, state(status), reason(status)));
        default -> pause();
      }
    }
  }

  private static String state(DeployMessages.DriverStatusResponse status) {
    return status.state().get().toString();
  }

  /** A driver that fails by itself leaves its words in its own log only. */
  private static String reason(DeployMessages.DriverStatusResponse status) {
    return status.exception().isEmpty()
        ? "; its stderr there says why"
        : ": " + ExceptionUtils.getRootCauseMessage(status.exception().get());
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a driver runs in the cluster", e);
    }
  }
}
