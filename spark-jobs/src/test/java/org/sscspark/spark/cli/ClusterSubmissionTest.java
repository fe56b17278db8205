package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.Settings;
import org.sscspark.config.SettingsBundle;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Kind: a driver that is sent into a cluster and does not get there what it had here. */
class ClusterSubmissionTest {
  /** Nobody listens there. */
  private static final String CLUSTER = "spark://127.0.0.1:1";

  private static final String JAR = "local:///opt/ssc-spark.jar";

  @TempDir Path directory;

  private final StringWriter err = new StringWriter();

  private int submit(List<String> options, String jar, String... command) {
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("--class", "org.sscspark.spark.cli.Main", jar));
    arguments.addAll(Arrays.asList(command));
    return ClusterSubmission.run(new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private static List<String> inCluster(String master, String... more) {
    List<String> options =
        new ArrayList<>(List.of("--master", master, "--conf", "spark.submit.deployMode=cluster"));
    options.addAll(List.of(more));
    return options;
  }

  private void assertRefused(String master, String jar, String words, String... command) {
    err.getBuffer().setLength(0);
    assertThat(submit(inCluster(master), jar, command)).as(err.toString()).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains(words);
  }

  private String config() throws IOException {
    Files.writeString(directory.resolve("base.conf"), "density = 0.3\n");
    Path file = directory.resolve("my.conf");
    Files.writeString(file, "include \"base\"\ntrain.batch = 7\n");
    return file.toString();
  }

  @Test
  void saysWhenTheDriverIsToRunHere() {
    String[] train = {"train", "--data", "d", "--out", "o"};
    assertThat(submit(List.of("--master", "local[2]"), JAR, train))
        .isEqualTo(ClusterSubmission.NOT_IN_CLUSTER);
    List<String> client =
        List.of("--conf", "spark.submit.deployMode=cluster", "--deploy-mode=client");
    assertThat(submit(client, JAR, train)).isEqualTo(ClusterSubmission.NOT_IN_CLUSTER);
  }

  @Test
  void whatCannotWorkThereIsRefusedHere() throws IOException {
    String[] train = {"train", "--data", "hdfs://h/d", "--out", "hdfs://h/o"};
    assertRefused("yarn", JAR, "HADOOP_CONF_DIR", train);
    assertRefused("local[2]", JAR, "--master yarn, k8s://URL or spark://HOST:PORT", train);
    assertRefused("k8s://https://api", "/lib/ssc.jar", "SSC_JAR=hdfs://...", train);
    assertRefused(
        CLUSTER, JAR, "--data d is relative", "train", "--data", "d", "--out", "hdfs://h/o");
    assertRefused(CLUSTER, JAR, "--out file:o is relative", "train", "--data=/d", "--out=file:o");
    assertRefused(CLUSTER, JAR, "Missing required option: '--out=URI'", "train", "--data", "/d");
    assertRefused(CLUSTER, JAR, "Unknown setting train.epoch", with(train, "train.epoch=1"));
    assertRefused(CLUSTER, JAR, "does not exist", with(train, "--config", "/no/such.conf"));
    Path lost = directory.resolve("lost.conf");
    Files.writeString(lost, "include \"none.conf\"");
    assertRefused(CLUSTER, JAR, "includes \"none.conf\"", with(train, "--config", lost.toString()));
    assertRefused(CLUSTER, JAR, "No master answers at spark://127.0.0.1:1", train);
  }

  /** What a driver that has no other machine to write to would write beside its own log. */
  @Test
  void whatIsOfThisMachineIsRefusedHere() throws IOException {
    String[] evaluate = {"evaluate", "--checkpoint", "hdfs://h/c", "--data", "hdfs://h/d"};
    String[] train = {"train", "--data", "hdfs://h/d", "--out", "hdfs://h/o"};
    for (String[] command :
        List.of(
            with(evaluate, "--report", "r.html"),
            new String[] {"prune", "--out", "pruned"},
            new String[] {"prune", "--npz=a.npz"},
            new String[] {"compare", "--report", "hdfs://h/c", "--tables=/t", "--page", "p.md"},
            new String[] {"quickstart"},
            new String[] {"quickstart", "--out", "file:q"})) {
      assertRefused(CLUSTER, JAR, "keep the driver here with --deploy-mode client", command);
    }
    for (String[] command :
        List.of(
            with(train, "--from", "runs/a"),
            with(train, "from=runs/a"),
            new String[] {"compare", "--out", "hdfs://h/o", "--merge", "hdfs://h/a", "b"},
            new String[] {"predict", "--model", "m", "--data", "/d", "--out", "/o"})) {
      assertRefused(CLUSTER, JAR, "is relative to a folder of this machine", command);
    }
    assertRefused(CLUSTER, JAR, "No master answers", with(evaluate, "--report", "/all/r.html"));
    assertRefused(CLUSTER, JAR, "No master answers", with(train, "from=/all/r.npz"));
  }

  /** Kind: an option that names a place, and is not looked at where the driver is elsewhere. */
  @Test
  void everyOptionThatNamesAPlaceIsMarked() {
    CommandLine line = Main.commandLine(new PrintWriter(err), new PrintWriter(err));
    for (CommandLine command : line.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        boolean isPlace = option.paramLabel().matches("URI|FILE|FOLDER|.*\\|FILE");
        boolean isMarked =
            ((AnnotatedElement) option.userObject()).isAnnotationPresent(NamesPlace.class);
        // The settings file goes with the driver.
        assertThat(isMarked || option.longestName().equals("--config"))
            .as(command.getCommandName() + " " + option.longestName())
            .isEqualTo(isPlace);
      }
    }
  }

  /** Kind: a setting that is read once the driver is in the cluster. */
  @Test
  void aTimeoutThatIsNoneIsRefusedBeforeAnythingIsSent() {
    List<String> options = inCluster(CLUSTER, "--conf", "spark.ssc.executorTimeout=abc");
    assertThat(submit(options, JAR, "train", "--data", "hdfs://h/d", "--out", "hdfs://h/o"))
        .isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("spark.ssc.executorTimeout");
  }

  private static String[] with(String[] command, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(command));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aPodGetsTheCommandTheSettingsAndTheFlags() throws Exception {
    try (KubernetesApi api = new KubernetesApi()) {
      List<String> options =
          inCluster(
              api.master(),
              "--conf",
              "spark.kubernetes.container.image=apache/spark:3.5.6-java17",
              "--conf",
              "spark.kubernetes.submission.waitAppCompletion=false",
              "--conf",
              "spark.driver.defaultJavaOptions=-Dsite=1",
              "--conf",
              "spark.executor.memory=3g",
              "--driver-memory",
              "900m");
      int exitCode =
          submit(
              options,
              JAR,
              "train",
              "--data",
              "hdfs://h/d",
              "--out",
              "hdfs://h/o",
              "--config",
              config(),
              "seed=2");
      assertThat(exitCode).as(err.toString()).isZero();

      JsonNode container = api.sent("Pod").path("spec").path("containers").path(0);
      List<String> arguments = new ArrayList<>();
      container.path("args").forEach(argument -> arguments.add(argument.asText()));
      assertThat(arguments)
          .containsSubsequence("--class", "org.sscspark.spark.cli.Main", JAR, "train")
          .endsWith("--config", config(), "seed=2");
      assertThat(container.path("resources").path("requests").path("memory").asText())
          .isEqualTo("1284Mi");
      assertThat(container.path("env").toString()).contains("\"LC_ALL\",\"value\":\"C.UTF-8\"");

      Properties properties = new Properties();
      properties.load(
          new StringReader(api.sent("ConfigMap").path("data").path("spark.properties").asText()));
      assertThat(properties.getProperty("spark.driver.defaultJavaOptions"))
          .startsWith("--add-modules=jdk.incubator.vector ")
          .endsWith(" -Dsite=1");
      assertThat(properties).containsEntry("spark.executor.memory", "3g");
      assertThat(properties).containsEntry("spark.locality.wait", "0s");
      SettingsBundle bundle =
          SettingsBundle.decoded(properties.getProperty(ClusterDriver.SETTINGS));
      Files.delete(directory.resolve("base.conf"));
      Settings settings =
          Settings.load(bundle, Optional.of(bundle.main().toString()), List.of("seed=2"));
      assertThat(settings.config().getInt("train.batch")).isEqualTo(7);
      assertThat(settings.config().getDouble("density")).isEqualTo(0.3);
    }
  }
}
