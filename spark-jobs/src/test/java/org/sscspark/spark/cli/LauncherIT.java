package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

/** Runs submit/ssc with the packaged jar and the assembled Spark home. */
class LauncherIT {
  private static final Path LAUNCHER = Script.named("ssc");
  private static final String JAVA = System.getProperty("java.home") + "/bin/java";

  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private String out;
  private String err;

  private int run(Path launcher, String... arguments) throws IOException, InterruptedException {
    Script script = new Script(launcher, directory, Duration.ofMinutes(2));
    environment.forEach(script::with);
    Ended ended = script.run(arguments);
    out = ended.out();
    err = ended.err();
    return ended.exitCode();
  }

  private Path executable(Path path, String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A Java that runs Spark's launcher, but prints the driver's command line. */
  private void javaPrintsTheDriver() throws IOException {
    executable(
        directory.resolve("java/bin/java"),
        """
        #!/bin/sh
        case "$*" in -version | *launcher.Main*) exec %s "$@" ;; esac
        printf '[%%s]\\n' "$@"
        """
            .formatted(JAVA));
    environment.put("JAVA_HOME", directory.resolve("java").toString());
  }

  /** A Java that only says its version. */
  private void javaIs(String version) throws IOException {
    executable(
        directory.resolve("java/bin/java"),
        "#!/bin/sh\necho 'openjdk version \"%s\" 2025-01-01' >&2\n".formatted(version));
    environment.put("JAVA_HOME", directory.resolve("java").toString());
  }

  /** A Spark home whose spark-submit prints its arguments and ends with 7. */
  private Path sparkHome() throws IOException {
    Path home = directory.resolve("spark");
    executable(
        home.resolve("bin/spark-submit"), "#!/bin/sh\nfor a; do echo \"[$a]\"; done\nexit 7\n");
    environment.put("SPARK_HOME", home.toString());
    return home;
  }

  @Test
  void showsHelpThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("my-ssc"), LAUNCHER);
    assertThat(run(link, "--help")).isZero();
    assertThat(out).startsWith("Usage: ssc").contains("train");
    assertThat(err).isEmpty();
  }

  @Test
  void passesOnExitCodesAndOneLineOfError() throws Exception {
    assertThat(run(LAUNCHER, "trian")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("Unknown command 'trian': did you mean 'train'?");
    assertThat(out).isEmpty();
  }

  @Test
  void resolvesPathsAgainstTheDirectoryOfTheUser() throws Exception {
    Files.writeString(directory.resolve("my.conf"), "train {\n  epoch = 1\n}\n");
    String[] arguments = {"train", "--data", "d", "--out", "o", "--config", "my.conf"};
    assertThat(run(LAUNCHER, arguments)).isEqualTo(2);
    assertThat(err)
        .hasLineCount(1)
        .contains("train.epoch (")
        .contains("my.conf: 2")
        .contains("did you mean 'epochs'?");
    assertThat(directory.resolve("logs")).isNotEmptyDirectory();
  }

  @Test
  void namesTheJavaItCannotUse() throws Exception {
    environment.put("JAVA_HOME", directory.resolve("no-java").toString());
    assertThat(run(LAUNCHER, "--version")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("no Java found").contains("Java 17 or 21");
  }

  /** Kind: versions on which something fails late. */
  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_392", "11.0.2", "16.0.1", "25.0.3", "23"})
  void refusesAnotherJavaBeforeSparkStarts(String version) throws Exception {
    javaIs(version);
    assertThat(run(LAUNCHER, "--version")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("found (").contains("set JAVA_HOME to Java 17 or 21");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17.0.15", "21.0.5"})
  void takesJava17And21(String version) throws Exception {
    javaIs(version);
    sparkHome();
    assertThat(run(LAUNCHER, "--version")).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "spark-core_2.12-3.4.4.jar, Spark 3.4.4 for Scala 2.12",
    "spark-core_2.13-3.5.5.jar, Spark 3.5.5 for Scala 2.13",
    "spark-core_2.13-4.0.1.jar, Spark 4.0.1 for Scala 2.13",
  })
  void refusesAnotherSparkBeforeItStarts(String jar, String words) throws Exception {
    Path jars = Files.createDirectories(sparkHome().resolve("jars"));
    Files.createFile(jars.resolve(jar));
    assertThat(run(LAUNCHER, "--version")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains(words, "needs a Spark 3.5 for Scala 2.12");
    Files.move(jars.resolve(jar), jars.resolve("spark-core_2.12-3.5.1-amzn-0.jar"));
    assertThat(run(LAUNCHER, "--version")).isEqualTo(7);
  }

  /** Kind: options that mean something with SPARK_HOME and nothing without it, or the other way. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --conf spark.driver.memory=900m                              | [-Xmx900m]
          --conf=spark.driver.memory=900m                              | [-Xmx900m]
          -c spark.driver.memory=900m                                  | [-Xmx900m]
          --driver-memory 900m                                         | [-Xmx900m]
          --driver-memory=900m                                         | [-Xmx900m]
          --properties-file mine.properties                            | [-Xmx901m]
          --properties-file=mine.properties                            | [-Xmx901m]
          --driver-class-path /a/b.jar                                 | [/a/b.jar:
          --driver-java-options "-Da=1 -Db=2"                          | [-Db=2]
          --conf "spark.driver.extraJavaOptions=-Da=1 -Db=2"           | [-Db=2]
          --conf=spark.driver.extraJavaOptions="-Da=1 -Db=2"           | [-Db=2]
          --conf spark.driver.defaultJavaOptions=-Dsite=1              | [-Dsite=1]
          """)
  void everySpellingOfAnOptionReachesTheDriver(String options, String part) throws Exception {
    javaPrintsTheDriver();
    Files.writeString(directory.resolve("mine.properties"), "spark.driver.memory=901m\n");
    environment.put("SSC_SUBMIT_ARGS", options);
    assertThat(run(LAUNCHER, "train")).as(err).isZero();
    assertThat(out).contains(part).contains("[--add-modules=jdk.incubator.vector]");
  }

  /** Kind: our settings beat the user's and the cluster's. */
  @Test
  void theWordOfTheUserAndOfTheClusterCounts() throws Exception {
    javaPrintsTheDriver();
    assertThat(run(LAUNCHER, "train")).isZero();
    assertThat(out).contains("[-Xmx4g]", "[-XX:PerMethodTrapLimit=100000]");
    environment.put("SPARK_DRIVER_MEMORY", "900m");
    run(LAUNCHER, "train");
    assertThat(out).contains("[-Xmx900m]");
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        "spark.driver.memory 902m\nspark.driver.defaultJavaOptions -XX:PerMethodTrapLimit=5\n");
    environment.put("SPARK_CONF_DIR", conf.toString());
    run(LAUNCHER, "train");
    assertThat(out).contains("[-Xmx902m]");
    // Java goes by the last.
    assertThat(out.indexOf("[-XX:PerMethodTrapLimit=5]"))
        .isGreaterThan(out.indexOf("[-XX:PerMethodTrapLimit=100000]"));
    environment.put("SSC_DRIVER_MEMORY", "903m");
    run(LAUNCHER, "train");
    assertThat(out).contains("[-Xmx903m]");
    environment.put("SSC_SUBMIT_ARGS", "--driver-memory 904m");
    run(LAUNCHER, "train");
    assertThat(out).contains("[-Xmx904m]");
  }

  /** Kind: settings lost because of how they were written down. */
  @Test
  void submitArgumentsAreWordsOfAShell() throws Exception {
    sparkHome();
    environment.put(
        "SSC_SUBMIT_ARGS",
        "--num-executors 4\n  --conf \"a.b=x  y\" \\\n --conf 'c=\"d\" $HOME *'\n--conf e=f\\ g''");
    assertThat(run(LAUNCHER, "train", "--master", "yarn", "a=b c", "")).isEqualTo(7);
    assertThat(out)
        .isEqualTo(
            String.join(
                "\n",
                List.of(
                    "[--master]",
                    "[yarn]",
                    "[--num-executors]",
                    "[4]",
                    "[--conf]",
                    "[a.b=x  y]",
                    "[--conf]",
                    "[c=\"d\" $HOME *]",
                    "[--conf]",
                    "[e=f g]",
                    "[--class]",
                    "[org.sscspark.spark.cli.Main]",
                    "[" + Path.of("target", "ssc-spark.jar").toAbsolutePath() + "]",
                    "[train]",
                    "[--master]",
                    "[yarn]",
                    "[a=b c]",
                    "[]",
                    "")));
    environment.put("SSC_SUBMIT_ARGS", "--conf \"a=b");
    assertThat(run(LAUNCHER, "train")).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("has a \" without its other one");
  }

  @Test
  void theJarMayBeWhereTheClusterFindsIt() throws Exception {
    sparkHome();
    environment.put("SSC_JAR", "hdfs:///lib/ssc-spark.jar");
    assertThat(run(LAUNCHER, "train")).isEqualTo(7);
    assertThat(out).endsWith("[hdfs:///lib/ssc-spark.jar]\n[train]\n");
  }

  /** A command that prints where the user is stays there, whatever the cluster's default is. */
  @Test
  void aClustersModeIsForCommandsThatUseTheCluster() throws Exception {
    Path conf = Files.createDirectories(sparkHome().resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.submit.deployMode cluster\n");
    assertThat(run(LAUNCHER, "inspect", "x")).isEqualTo(7);
    assertThat(out).contains("[--deploy-mode]\n[client]\n", "cli.Main]");
    assertThat(run(LAUNCHER, "train", "x")).isEqualTo(7);
    assertThat(out).contains("[org.sscspark.spark.cli.ClusterSubmission]");
    environment.put("SSC_SUBMIT_ARGS", "--deploy-mode=cluster");
    assertThat(run(LAUNCHER, "train", "--help")).isEqualTo(7);
    assertThat(out).contains("[--deploy-mode]\n[client]\n");
  }

  /** Kind: what a container lacks. Nothing here needs a cluster, so nothing may fail. */
  @Test
  void worksInABareContainer() throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "-um", "true").start().waitFor() == 0,
        "the machine lets us make name spaces");
    // Not in /tmp, which the container does not see.
    Path data = Path.of("target", "container-data").toAbsolutePath();
    if (!Files.exists(data)) {
      TinyData.write(data, 12);
    }
    Path container =
        executable(
            directory.resolve("container"),
            """
            #!/bin/sh
            # No address for the name, no /tmp, nobody's user number, no home, a locale of 1970.
            hostname nowhere.invalid
            mount -t tmpfs -o ro none /tmp
            unset HOSTNAME HOME LANG
            export LC_ALL=POSIX
            exec setpriv --reuid=54321 --regid=54321 --clear-groups %s "$@"
            """
                .formatted(LAUNCHER));
    Path start =
        executable(
            directory.resolve("start"), "#!/bin/sh\nexec unshare -um " + container + " \"$@\"\n");
    assertThat(run(start, "inspect", data.toString())).as(err).isZero();
  }

  /** Kind: a hang, or a page of traces, where no master answers. */
  @Test
  void saysWithinSecondsThatNoMasterAnswers() throws Exception {
    String[] train = {"train", "--data", "d", "--out", "o", "--master", "spark://127.0.0.1:1"};
    long start = System.nanoTime();
    assertThat(run(LAUNCHER, train)).isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("No master answers at spark://127.0.0.1:1");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(45));
  }

  /** Kind: a page of traces where Spark's own script refuses what it is given. */
  @ParameterizedTest
  @ValueSource(strings = {"lokal", "local[2", "spark:/host:7077"})
  void saysThatThereIsNoSuchMaster(String master) throws Exception {
    assertThat(run(LAUNCHER, "train", "--data", "d", "--out", "o", "--master", master))
        .isEqualTo(2);
    assertThat(err).hasLineCount(1).contains("Spark has no master '" + master + "': give local[N]");
  }

  /** Kind: a process that is told to end, and what it says. */
  @Test
  void aSignalIsAnsweredInOneLineThatSaysHowToResume() throws Exception {
    TinyData.write(directory.resolve("data"), 40);
    Script script = new Script(LAUNCHER, directory, Duration.ofMinutes(2));
    List<String> arguments =
        new ArrayList<>(List.of("train", "--master=local[1]", "--data=data", "--out=o"));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(List.of("engine=lane", "averaging.workers=1", "train.epochs=100000"));
    Process process = script.start(arguments.toArray(String[]::new));
    Path progress = directory.resolve("o/checkpoints");
    for (int i = 0; i < 600 && !Files.exists(progress); i++) {
      Thread.sleep(100);
    }
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    String said = Files.readString(directory.resolve("err"));
    assertThat(said.stripTrailing())
        .endsWith("ssc train: ended by SIGTERM; the same command resumes where it was")
        .doesNotContain("Exception");
  }
}
