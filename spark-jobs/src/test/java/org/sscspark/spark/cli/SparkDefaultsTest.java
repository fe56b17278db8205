package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kind: our word beats the user's or the cluster's, or is lost because they said something. */
class SparkDefaultsTest {
  private static final String FLAGS = "--add-modules=jdk.incubator.vector -XX:+A";
  private static final String EXECUTOR = "spark.executor.defaultJavaOptions";

  @TempDir Path directory;

  private static SparkDefaults defaults() throws IOException {
    return SparkDefaults.parse(
        """
        # ours
        spark.driver.memory                4g
        spark.driver.defaultJavaOptions    %s
        spark.executor.defaultJavaOptions  %s
        spark.locality.wait                0s
        """
            .formatted(FLAGS, FLAGS));
  }

  @Test
  void fillsInWhatNobodySaid() throws IOException {
    SparkConf conf = new SparkConf(false).set("spark.locality.wait", "9s");
    defaults().complete(conf);
    assertThat(conf.get("spark.locality.wait")).isEqualTo("9s");
    assertThat(conf.get(EXECUTOR)).isEqualTo(FLAGS);
    assertThat(conf.contains("spark.driver.memory")).isFalse();
  }

  @Test
  void flagsComeBeforeThoseOfTheSiteSoThatTheSitesCount() throws IOException {
    SparkConf conf = new SparkConf(false).set(EXECUTOR, "-XX:-A -Dsite=1");
    defaults().complete(conf);
    assertThat(conf.get(EXECUTOR)).isEqualTo(FLAGS + " -XX:-A -Dsite=1");
    defaults().complete(conf);
    assertThat(conf.get(EXECUTOR)).isEqualTo(FLAGS + " -XX:-A -Dsite=1");
  }

  @Test
  void aDriverElsewhereIsGivenWhatIsMissing() throws IOException {
    Map<String, String> given =
        Map.of("spark.driver.memory", "1g", "spark.driver.defaultJavaOptions", "-Dsite=1");
    assertThat(defaults().missing(given))
        .containsOnly(
            Map.entry("spark.driver.defaultJavaOptions", FLAGS + " -Dsite=1"),
            Map.entry(EXECUTOR, FLAGS),
            Map.entry("spark.locality.wait", "0s"));
  }

  @Test
  void theJarHasTheFileAndTheLaunchersCounts() throws IOException {
    SparkConf conf = new SparkConf(false);
    SparkDefaults.load().complete(conf);
    assertThat(conf.get(EXECUTOR)).contains("jdk.incubator.vector", "PerMethodTrapLimit=100000");
    Path file = Files.writeString(directory.resolve("mine.conf"), "spark.locality.wait=7s\n");
    System.setProperty(SparkDefaults.FILE, file.toString());
    try {
      SparkConf own = new SparkConf(false);
      SparkDefaults.load().complete(own);
      assertThat(own.get("spark.locality.wait")).isEqualTo("7s");
      assertThat(own.contains(EXECUTOR)).isFalse();
    } finally {
      System.clearProperty(SparkDefaults.FILE);
    }
  }
}
