package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What submit/ssc makes of its environment before Spark starts: in a folder as a release has it,
 * with a Java that only says its version and a spark-submit that prints its arguments.
 */
class LauncherInputTest {
  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private Path launcher;
  private Ended ended;

  @BeforeEach
  void install() throws IOException {
    Path source = Script.named("ssc");
    launcher = Script.executable(directory.resolve("release/submit/ssc"), Files.readString(source));
    Path conf = Files.createDirectories(directory.resolve("release/conf"));
    Files.copy(
        source.resolveSibling("../conf/spark-defaults.conf"), conf.resolve("spark-defaults.conf"));
    Script.executable(
        directory.resolve("java/bin/java"),
        "#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-01-01' >&2\n");
    Script.executable(
        directory.resolve("spark/bin/spark-submit"),
        "#!/bin/sh\nfor a; do echo \"[$a]\"; done\necho \"tmp=$TMPDIR lc=[$LC_ALL] $SPARK_SUBMIT_OPTS\"\nexit 7\n");
    environment.put("JAVA_HOME", directory.resolve("java").toString());
    environment.put("SPARK_HOME", directory.resolve("spark").toString());
  }

  private int run(Path script) throws IOException, InterruptedException {
    Script started = new Script(script, directory, Duration.ofMinutes(1));
    environment.forEach(started::with);
    ended = started.run("train");
    return ended.exitCode();
  }

  private void assertRefused(String... words) throws IOException, InterruptedException {
    assertThat(run(launcher)).as(ended.err() + ended.out()).isEqualTo(2);
    assertThat(ended.err()).hasLineCount(1).startsWith("ssc: ").contains(words);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void startsWithNothingSet() throws Exception {
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
  }

  /** Kind: a path that is taken for a URI, in which some characters mean something else. */
  @ParameterizedTest
  @ValueSource(strings = {"100%", "a%20b", "#1", "why?", "a b", "\u00fc"})
  void theLogsSettingsAreFoundWhereverTheInstallationIs(String name) throws Exception {
    Path moved = Files.createDirectory(directory.resolve(name));
    Files.move(directory.resolve("release"), moved.resolve("release"));
    assertThat(run(moved.resolve("release/submit/ssc"))).as(ended.err()).isEqualTo(7);
    Matcher given = Pattern.compile("configurationFile=([^\"]*)").matcher(ended.out());
    assertThat(given.find()).isTrue();
    assertThat(Path.of(URI.create(given.group(1))))
        .isEqualTo(moved.toRealPath().resolve("release/conf/log4j2.properties"));
  }

  /** Kind: a path that is taken for a pattern, in which some characters mean something else. */
  @ParameterizedTest
  @ValueSource(strings = {"100%", "a%20b", "%d", "plain"})
  void theLogsPatternMeansItsPath(String name) throws Exception {
    Path logs = Files.createDirectory(directory.resolve(name)).toRealPath();
    environment.put("SSC_LOG_DIR", logs.toString());
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
    Matcher given =
        Pattern.compile("ssc\\.log=([^\"]*).*ssc\\.log\\.pattern=([^\"]*)").matcher(ended.out());
    assertThat(given.find()).as(ended.out()).isTrue();
    assertThat(given.group(1)).startsWith(logs + "/");
    assertThat(given.group(2)).isEqualTo(given.group(1).replace("%", "%%"));
  }

  /** Kind: a program that a pipe ends before it has said all, which counts as its failure. */
  @Test
  void oneLocaleIsChosenOfMany() throws Exception {
    Script.executable(
        directory.resolve("bin/locale"),
        "#!/bin/sh\necho C.utf8; sleep 0.2; for i in $(seq 1000); do echo aa_DJ.utf8; done\n");
    environment.put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      environment.put(variable, "");
    }
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
    assertThat(ended.out()).contains("lc=[C.utf8]");
  }

  /** A name with a comma in it is two for Hadoop, and half a name is where data are lost. */
  @ParameterizedTest
  @CsvSource({"hdfs, HDFS_FOLDER, a;b", "hdfs, HDFS_FOLDER, 100%", "cluster, --folder, a:b"})
  void aFolderThatHadoopReadsOtherwiseIsRefused(String program, String option, String name)
      throws Exception {
    String folder = directory.resolve(name.replace(';', ',')).toString();
    Script script =
        new Script(program, directory, Duration.ofMinutes(1)).with("HDFS_FOLDER", folder);
    ended = program.equals("hdfs") ? script.run("start") : script.run("start", "--folder", folder);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .hasLineCount(1)
        .startsWith(program + ": folder " + folder)
        .endsWith("choose another with " + option + "\n");
    assertThat(Path.of(folder)).doesNotExist();
  }

  /** Kind: what a program refuses to begin and yet must be able to end. */
  @ParameterizedTest
  @CsvSource({"hdfs, 100%", "cluster, a:b"})
  void whatRunsInAFolderThatIsRefusedCanBeStopped(String program, String name) throws Exception {
    String folder = Files.createDirectory(directory.resolve(name)).toString();
    Script script =
        new Script(program, directory, Duration.ofMinutes(1)).with("HDFS_FOLDER", folder);
    ended = program.equals("hdfs") ? script.run("stop") : script.run("stop", "--folder", folder);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  /** Kind: a Java that does not start, or lacks memory at once. */
  @ParameterizedTest
  @ValueSource(strings = {"abc", "0", "4 g", "10m", "-1g", "4gg", "1.5g", "100", "0x1g"})
  void memoryThatIsNoneIsNamed(String memory) throws Exception {
    environment.put("SSC_DRIVER_MEMORY", memory);
    assertRefused("SSC_DRIVER_MEMORY='" + memory + "'", "256m or more, as in 4g");
    environment.remove("SSC_DRIVER_MEMORY");
    environment.put("SSC_SUBMIT_ARGS", "--driver-memory '" + memory + "'");
    assertRefused("--driver-memory='" + memory + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"256m", "4g", "4G", "900M", "1t", "8388608k", "4294967296"})
  void memoryIsTaken(String memory) throws Exception {
    environment.put("SSC_DRIVER_MEMORY", memory);
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
    assertThat(ended.out()).contains("[--driver-memory]\n[" + memory + "]\n");
  }

  /** Kind: a page of spark-submit's usage, or an option that swallows the launcher's next word. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --driver-memory                                 | --driver-memory, which needs a value
          --supervise --conf                              | --conf, which needs a value
          --bogus                                         | --bogus, which is no option of spark-submit
          --bogus=1                                       | --bogus, which is no option of spark-submit
          spark.master=local                              | 'spark.master=local', which is no option
          --conf foo                                      | --conf foo: it must be KEY=VALUE
          --conf=foo                                      | --conf foo: it must be KEY=VALUE
          -c foo                                          | -c foo: it must be KEY=VALUE
          --properties-file /nonexistent/x                | --properties-file /nonexistent/x: there is no such file
          """)
  void anOptionThatSparkDoesNotTakeIsNamed(String options, String words) throws Exception {
    environment.put("SSC_SUBMIT_ARGS", options);
    assertRefused("SSC_SUBMIT_ARGS has " + words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--driver-java-options -Da=1 --supervise",
        "--driver-java-options --add-opens=java.base/java.nio=ALL-UNNAMED",
        "--conf a= -c=b=c=d --verbose --queue ''",
        "--jars a.jar,b.jar --packages a:b:c --exclude-packages d:e --repositories http://r",
        "--files f --archives g --py-files h --name n --principal p --keytab k --proxy-user u",
        "--num-executors 1 --executor-cores 2 --total-executor-cores 3 --driver-cores 4",
        "--executor-memory 1g --driver-class-path x --driver-library-path y --deploy-mode client",
      })
  void optionsOfSparkAreTaken(String options) throws Exception {
    environment.put("SSC_SUBMIT_ARGS", options);
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "SSC_JAR, /nonexistent.jar, there is no such file",
    "SSC_JAR, file:/nonexistent.jar, there is no such file",
    "HADOOP_CONF_DIR, /nonexistent, there is no such folder",
    "SPARK_CONF_DIR, /nonexistent, there is no such folder",
    "SSC_LOG_DIR, '/tmp/a\"b', neither quotes nor backslashes",
  })
  void aPlaceThatIsNotThereIsNamed(String variable, String value, String words) throws Exception {
    environment.put(variable, value);
    assertRefused(variable + "=" + value, words);
  }

  @Test
  void aSettingsFileOfHadoopThatIsCutOffIsNamed() throws Exception {
    Path conf = Files.createDirectory(directory.resolve("hadoop"));
    environment.put("HADOOP_CONF_DIR", conf.toString());
    Files.writeString(conf.resolve("core-site.xml"), "<configuration>\n</configuration>\n");
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
    Files.writeString(conf.resolve("hdfs-site.xml"), "<configuration/>\n");
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
    for (String text : new String[] {"", "<configuration><property>"}) {
      Files.writeString(conf.resolve("core-site.xml"), text);
      assertRefused(conf + "/core-site.xml", "is cut off");
    }
  }

  /** Kind: a place where even root, who may write everywhere, cannot. */
  @Test
  void aFolderThatOnlySeemsWritableIsNotUsed() throws Exception {
    environment.put("TMPDIR", "/proc");
    environment.put("SSC_LOG_DIR", "/proc");
    assertThat(run(launcher)).as(ended.err()).isEqualTo(7);
    assertThat(ended.out()).doesNotContain("tmp=/proc");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void aWorkingFolderThatIsGoneIsNamed() throws Exception {
    Path start =
        Script.executable(
            directory.resolve("start"),
            "#!/bin/sh\nmkdir gone && cd gone && rmdir ../gone && exec " + launcher + " train\n");
    assertThat(run(start)).isEqualTo(2);
    assertThat(ended.err().strip().lines())
        .last()
        .isEqualTo("ssc: the working directory is gone: change to one that exists");
  }
}
