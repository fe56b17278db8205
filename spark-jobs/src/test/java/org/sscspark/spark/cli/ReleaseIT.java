package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BuildVersion;
import org.sscspark.spark.train.TinyData;

/** The archives as somebody gets them who has neither the sources, nor Maven, nor a Spark. */
class ReleaseIT {
  private static final String NAME = "ssc-spark-" + BuildVersion.current().version();
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final Pattern HDFS = Pattern.compile("hdfs://127\\.0\\.0\\.1:\\d+");

  /** Of Markdown, without what stands behind a #. */
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)[^)]*\\)");

  @TempDir private static Path directory;
  private static Path release;
  private static String path;

  @BeforeAll
  static void unpack() throws Exception {
    release = unpacked(NAME + ".tar.gz", directory);
    path = programsWithoutMaven();
  }

  private static Path unpacked(String archive, Path folder) throws Exception {
    Path file = Path.of("target", archive).toAbsolutePath();
    Process tar =
        new ProcessBuilder("tar", "-xzf", file.toString(), "-C", folder.toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    return folder.resolve(NAME);
  }

  /** A PATH with all programs of this machine, except Maven. */
  private static String programsWithoutMaven() throws IOException {
    Path programs = Files.createDirectory(directory.resolve("programs"));
    for (String place : System.getenv("PATH").split(":")) {
      if (!Files.isDirectory(Path.of(place))) {
        continue;
      }
      try (Stream<Path> files = Files.list(Path.of(place))) {
        for (Path file : files.filter(Files::isExecutable).toList()) {
          Path link = programs.resolve(file.getFileName());
          if (!file.getFileName().toString().startsWith("mvn") && !Files.exists(link)) {
            Files.createSymbolicLink(link, file);
          }
        }
      }
    }
    return programs.toString();
  }

  private static String at(String name) {
    return directory.resolve(name).toString();
  }

  private static Script script(String name) {
    return new Script(release.resolve(name), directory, LIMIT)
        .with("PATH", path)
        .with("SSC_DRIVER_MEMORY", "1g");
  }

  private static void succeeds(Script script, String... arguments) throws Exception {
    Ended ended = script.run(arguments);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  @Test
  void goesTheWholeWayWithoutMaven() throws Exception {
    Path quick = directory.resolve("quickstart");
    String[] tiny = {
      "quickstart",
      "--out",
      quick.toString(),
      "--master=local[2]",
      "model.name=convnet",
      "train.epochs=1",
      "compare.methods=[ssc]"
    };
    succeeds(script("submit/ssc"), tiny);
    assertThat(quick.resolve("comparison/comparison.html")).isNotEmptyFile();
  }

  /** As Livy and others do it: Spark, its jar and the cluster are all there is. */
  @Test
  void trainsOnAClusterByPlainSparkSubmit() throws Exception {
    TinyData.write(directory.resolve("data"), 40);
    ProcessCluster cluster =
        new ProcessCluster(directory, release.resolve("submit/cluster"), Map.of("PATH", path));
    String master = cluster.start("--workers", "2", "--datanodes", "1");
    try {
      Files.writeString(directory.resolve("base.conf"), "model.name = convnet\ntrain.batch = 5\n");
      Files.writeString(
          directory.resolve("mine.conf"), "include \"base\"\ntrain.epochs = 1\ndensity = 0.5\n");
      cluster.run("dfs", "-mkdir", "/conf");
      cluster.run("dfs", "-put", at("base.conf"), at("mine.conf"), "/conf");
      Matcher hdfs = HDFS.matcher(cluster.run("status").out());
      assertThat(hdfs.find()).isTrue();
      String[] train = {
        "--master",
        master,
        "--executor-memory",
        "1g",
        "--driver-java-options",
        "--add-modules=jdk.incubator.vector -XX:PerMethodTrapLimit=100000",
        "--class",
        "org.sscspark.spark.cli.Main",
        release.resolve("ssc-spark.jar").toString(),
        "train",
        "--data",
        at("data"),
        "--out",
        at("run"),
        "--config",
        hdfs.group() + "/conf/mine.conf",
        "averaging.workers=2"
      };
      succeeds(script("spark/bin/spark-submit"), train);
      assertThat(directory.resolve("run/run.json"))
          .content()
          .contains("Vector API", "\"batch\" : 5");
      String[] evaluate = {
        "evaluate", "--master", master, "--checkpoint", at("run"), "--data", at("data")
      };
      succeeds(script("submit/ssc"), evaluate);
    } finally {
      cluster.stop();
    }
  }

  @Test
  void theJarHasLibrariesOfOnePlatformAndItsLicence() throws IOException {
    assertThat(libraries("ssc-spark.jar"))
        .isNotEmpty()
        .allMatch(name -> name.contains("/linux-x86_64") || name.contains("/linux-x86-64/"));
    assertThat(libraries("ssc-spark-classes.jar")).isEmpty();
    assertThat(release.resolve("LICENSE")).content().contains("Apache License");
    assertThat(release.resolve("NOTICE")).content().contains("OpenBLAS", "picocli", "JavaCPP");
    assertThat(release.resolve("docs/cluster.md")).isNotEmptyFile();
    assertThat(release.resolve("pom.xml")).doesNotExist();
    // It needs sources of the benchmarks.
    assertThat(release.resolve("docs/torch_predict.py")).doesNotExist();
  }

  private static List<String> libraries(String jar) throws IOException {
    try (ZipFile zip = new ZipFile(release.resolve(jar).toFile())) {
      assertThat(zip.getEntry("META-INF/ssc-spark/NOTICE")).isNotNull();
      return zip.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.matches(".*\\.(so(\\.\\d+)*|dll|dylib|jnilib)"))
          .toList();
    }
  }

  /**
   * Without a Spark of its own, the smaller archive says what it needs, or takes that of the PATH.
   */
  @Test
  void theArchiveWithoutSparkNeedsOne(@TempDir Path elsewhere) throws Exception {
    Path bare = unpacked(NAME + "-without-spark.tar.gz", elsewhere);
    Script ssc = new Script(bare.resolve("submit/ssc"), elsewhere, LIMIT).with("PATH", path);
    ssc.run("--version").isBadInput("no Spark found: set SPARK_HOME");
    ssc.with("PATH", release.resolve("spark/bin") + ":" + path);
    Ended ended = ssc.run("--version");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("Spark 3.5.");
  }

  /** Kind: a script that takes for granted what only one of the archives has. */
  @Test
  void theArchiveWithoutSparkHasAClusterOfItsUsersSpark(@TempDir Path elsewhere) throws Exception {
    Path bare = unpacked(NAME + "-without-spark.tar.gz", elsewhere);
    String[] start = {"start", "--workers", "1", "--datanodes", "0", "--port", "0"};
    Script cluster =
        new Script(bare.resolve("submit/cluster"), elsewhere, LIMIT).with("PATH", path);
    cluster.run(start).isBadInput("cluster: no Spark in ", "set SPARK_HOME");
    Script hdfs = new Script(bare.resolve("submit/hdfs"), elsewhere, LIMIT).with("PATH", path);
    hdfs.with("SPARK_HOME", release.resolve("spark").toString());
    hdfs.run("start").isBadInput("hdfs: Hadoop's servers are not here", "Maven");
    succeeds(cluster.with("SPARK_HOME", release.resolve("spark").toString()), start);
    succeeds(cluster, "stop");
  }

  /** Kind: a page that sends its reader to what the archive does not have. */
  @Test
  void whatThePagesReferToIsThere() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(release.resolve("README.md")));
    try (Stream<Path> docs = Files.list(release.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    for (Path page : pages) {
      assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
          .as(page.toString())
          .filteredOn(place -> !place.contains(":"))
          .allSatisfy(place -> assertThat(page.resolveSibling(place)).exists());
    }
  }

  /** Kind: a machine for which ND4J has no libraries, or that forbids to load them. */
  @Test
  void trainsEvaluatesAndResumesWithoutNativeLibraries() throws Exception {
    TinyData.write(directory.resolve("images"), 40);
    String jar = release.resolve("ssc-spark-classes.jar").toString();
    Script ssc = script("submit/ssc").with("SSC_JAR", jar);
    String[] train = {
      "train",
      "--master=local[2]",
      "--data=images",
      "--out=bare",
      "model.name=convnet",
      "train.batch=5",
      "density=0.5",
      "train.epochs=2"
    };
    String[] first = Arrays.copyOf(train, train.length + 1);
    first[train.length] = "train.stop-after=1";
    succeeds(ssc, first);
    Ended resumed = ssc.run(train);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("Resuming from the checkpoint of round ");
    succeeds(
        script("submit/ssc").with("SSC_JAR", jar),
        "evaluate",
        "--master=local[2]",
        "--checkpoint=bare",
        "--data=images");
    succeeds(
        script("submit/ssc").with("SSC_JAR", jar),
        "shard",
        "--master=local[2]",
        "--format=synthetic",
        "--examples=20",
        "--size=8",
        "--out=s");
  }
}
