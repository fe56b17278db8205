package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs submit/ssc with the packaged jar and the assembled Spark home. */
class LauncherIT {
  private static final Path LAUNCHER = Path.of("..", "submit", "ssc").toAbsolutePath().normalize();

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
    assertThat(run(LAUNCHER, "--version")).isEqualTo(1);
    assertThat(err).hasLineCount(1).contains("no Java found").contains("JDK 17");
  }

  @Test
  void givesOptionsOfTheDriverToJavaWithoutSparkSubmit() throws Exception {
    environment.put(
        "SSC_SUBMIT_ARGS", "--driver-memory 300m --driver-java-options -XX:+PrintCommandLineFlags");
    assertThat(run(LAUNCHER, "--version")).isZero();
    assertThat(out).contains("-XX:MaxHeapSize=314572800");
  }

  @Test
  void leavesToSparkSubmitWhatTheClusterSets() throws Exception {
    Path home = directory.resolve("spark");
    Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\nfor a; do echo \"[$a]\"; done\nexit 7\n");
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path conf = Files.createDirectories(home.resolve("conf")).resolve("spark-defaults.conf");
    Files.writeString(conf, "spark.driver.memory 9g\nspark.locality.wait=1s\n");
    environment.put("SPARK_HOME", home.toString());
    environment.put("SSC_SUBMIT_ARGS", "--num-executors 4");

    assertThat(run(LAUNCHER, "train", "--master", "yarn", "a=b c")).isEqualTo(7);
    assertThat(out)
        .contains("[--class]\n[org.sscspark.spark.cli.Main]\n[--master]\n[yarn]\n")
        .contains("[--num-executors]\n[4]\n")
        .contains(
            "[spark.executor.defaultJavaOptions=--add-modules=jdk.incubator.vector"
                + " -XX:+UseTransparentHugePages -XX:PerMethodTrapLimit=100000]")
        .doesNotContain("spark.driver.memory", "spark.locality.wait")
        .endsWith("ssc-spark.jar]\n[train]\n[--master]\n[yarn]\n[a=b c]\n");
  }
}
