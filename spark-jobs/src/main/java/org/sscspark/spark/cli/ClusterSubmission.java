package org.sscspark.spark.cli;

import com.typesafe.config.Config;
import java.io.PrintWriter;
import java.lang.reflect.AnnotatedElement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.SettingsBundle;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import scala.collection.JavaConverters;

/**
 * Sends the driver of a command into the cluster. {@code submit/ssc} starts it with the arguments
 * of spark-submit. What cannot work there is refused here; what the driver would not find on its
 * machine, or not be told by spark-submit, goes with it.
 */
public final class ClusterSubmission {
  /** The exit code that says: by all that Spark has been told, the driver is to run here. */
  static final int NOT_IN_CLUSTER = 100;

  private static final Logger LOG = LoggerFactory.getLogger(ClusterSubmission.class);

  /** More would not fit into one argument of a process. */
  private static final int LONGEST_SETTINGS = 100_000;

  /** The one setting that names a place. */
  private static final String FROM = "from";

  private static final String KUBERNETES = "k8s://";
  private static final String UPLOAD = "spark.kubernetes.file.upload.path";

  private final SparkSubmitArguments parsed;
  private final List<String> options;
  private final String jar;
  private final List<String> command;

  private ClusterSubmission(String... args) {
    parsed = parsed(args);
    command = JavaConverters.seqAsJavaList(parsed.childArgs());
    jar = parsed.primaryResource();
    options = Arrays.asList(args).subList(0, args.length - command.size() - 1);
  }

  /**
   * What Spark makes of its options, its files and the environment.
   *
   * @throws BadInputException if Spark does not take them
   */
  private static SparkSubmitArguments parsed(String... args) {
    try {
      return new SparkSubmitArguments(
          JavaConverters.asScalaBuffer(Arrays.asList(args)), ScalaMaps.of(System.getenv()));
    } catch (Exception e) {
      // Scala declares no exceptions: this is a SparkException.
      throw new BadInputException("spark-submit: " + e.getMessage(), e);
    }
  }

  /** Submits, waits for the driver's end, and ends this JVM with an exit code. */
  public static void main(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(err, args));
  }

  /**
   * Submits and waits.
   *
   * @return 0 if the driver succeeded, 1 if it failed, 2 for bad input, or {@link #NOT_IN_CLUSTER}
   */
  static int run(PrintWriter err, String... args) {
    Optional<String> complaint = Supported.complaint();
    if (complaint.isPresent()) {
      err.println("ssc: " + complaint.get());
      return Failures.BAD_INPUT;
    }
    String name = "ssc";
    try {
      ClusterSubmission submission = new ClusterSubmission(args);
      if (!ClusterDriver.CLUSTER.equals(submission.parsed.deployMode())) {
        return NOT_IN_CLUSTER;
      }
      name = "ssc " + submission.command.get(0);
      return submission.submit(err);
    } catch (ParameterException e) {
      return Failures.onBadArguments(e, args);
    } catch (BadInputException e) {
      err.println(name + ": " + Failures.oneLine(e.getMessage()));
      return Failures.BAD_INPUT;
    } catch (Exception e) {
      // Scala declares no exceptions: this is Spark's own SparkException, or an IOException.
      LOG.info("{} failed", name, e);
      String log = System.getProperty("ssc.log");
      err.println(
          "%s failed: %s%s"
              .formatted(
                  name,
                  Failures.oneLine(ExceptionUtils.getRootCause(e).getMessage()),
                  log == null ? "" : " (log: " + log + ")"));
      return Failures.FAILED;
    }
  }

  private int submit(PrintWriter err) throws SparkException {
    Map<String, String> given = JavaConverters.mapAsJavaMap(parsed.sparkProperties());
    requireMaster();
    SparkConf conf = new SparkConf(/* loadDefaults= */ false);
    given.forEach(conf::set);
    FirstExecutor.timeoutSeconds(conf);
    Map<String, String> more = new TreeMap<>(SparkDefaults.load().missing(given));
    // Memory that was asked for in the environment or by an option is not among the properties.
    if (parsed.driverMemory() != null) {
      more.remove("spark.driver.memory");
    }
    bundle(err)
        .ifPresent(
            bundle -> {
              String settings = bundle.encoded();
              if (settings.length() > LONGEST_SETTINGS) {
                throw new BadInputException(
                    ("The settings with all they include are too long to travel with the "
                        + "job: put them on hdfs:// and name that with --config"));
              }
              more.put(ClusterDriver.SETTINGS, settings);
            });
    LOG.info("Submitting {} with {}", command, more);
    if (StandaloneMaster.isAddress(parsed.master())) {
      return new StandaloneDriver(arguments(more), err).run();
    }
    err.printf("Submitting to %s; log: %s%n", parsed.master(), System.getProperty("ssc.log"));
    new SparkSubmit().doSubmit(arguments(more));
    return 0;
  }

  /** The arguments of spark-submit, in which the last word on a property counts. */
  private String[] arguments(Map<String, String> more) {
    List<String> arguments = new ArrayList<>(options);
    more.forEach(
        (key, value) -> {
          arguments.add("--conf");
          arguments.add(key + "=" + value);
        });
    arguments.add(jar);
    arguments.addAll(command);
    return arguments.toArray(String[]::new);
  }

  private void requireMaster() {
    String master = parsed.master();
    boolean onKubernetes = master.startsWith(KUBERNETES);
    if (!onKubernetes && !master.equals("yarn") && !StandaloneMaster.isAddress(master)) {
      throw new BadInputException(
          ("A driver runs inside a cluster (--deploy-mode cluster) of --master yarn, "
                  + "k8s://URL or spark://HOST:PORT, not of '%s'")
              .formatted(master));
    }
    boolean isHere = Location.of(jar).getScheme().equals("file");
    if (onKubernetes && isHere && !parsed.sparkProperties().contains(UPLOAD)) {
      throw new BadInputException(
          ("A driver in a pod does not find %s: name the jar where pods find it with "
                  + "SSC_JAR=hdfs://... or, if the image has it, SSC_JAR=local:///..., or give "
                  + "--conf %s=hdfs://...")
              .formatted(jar, UPLOAD));
    }
  }

  /**
   * The settings file to send along.
   *
   * @throws BadInputException if an argument or a setting is wrong, or means another place there
   */
  private Optional<SettingsBundle> bundle(PrintWriter err) {
    CommandLine line = Main.commandLine(err, err);
    ParseResult result = line.parseArgs(command.toArray(String[]::new));
    while (result.hasSubcommand()) {
      result = result.subcommand();
    }
    result.commandSpec().options().forEach(ClusterSubmission::requirePlace);
    if (!(result.commandSpec().userObject() instanceof SparkCommand sparkCommand)) {
      return Optional.empty();
    }
    Config settings = sparkCommand.settings().config();
    if (!settings.getIsNull(FROM)) {
      requirePlace(FROM, settings.getString(FROM), false);
    }
    return sparkCommand.bundle();
  }

  private static void requirePlace(OptionSpec option) {
    NamesPlace place = ((AnnotatedElement) option.userObject()).getAnnotation(NamesPlace.class);
    if (place != null) {
      for (String value : values(option.getValue())) {
        requirePlace(option.longestName(), value, place.ofThisMachine());
      }
    }
  }

  /** What an option was given, or is if it was not. */
  private static List<String> values(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(ClusterSubmission::values).orElse(List.of());
    }
    if (value instanceof Collection<?> several) {
      return several.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(value.toString());
  }

  /**
   * A path relative to the folder where the user is would be one in a container that is deleted.
   */
  private static void requirePlace(String option, String value, boolean ofThisMachine) {
    URI location = Location.of(value);
    boolean isRelative =
        location.getScheme().equals("file") && !value.replace("file:", "").startsWith("/");
    if (isRelative) {
      throw new BadInputException(
          "%s %s is relative to a folder of this machine, and the driver runs on another: give "
                  .formatted(option, value)
              + (ofThisMachine
                      ? "%s if all machines share it, or keep the driver here with --deploy-mode client"
                      : "hdfs://..., or %s if all machines share it")
                  .formatted(location));
    }
  }
}
