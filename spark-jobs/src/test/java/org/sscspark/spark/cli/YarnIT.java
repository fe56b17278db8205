package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.storage.Sha256;

/**
 * A resource manager and a node manager in this JVM; driver, master and executors are processes.
 */
class YarnIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path JARS = Path.of("target", "spark-home", "jars").toAbsolutePath();

  @TempDir private static Path directory;
  private static MiniYARNCluster yarn;
  private static URI data;

  @BeforeAll
  static void start() throws Exception {
    Configuration conf = new YarnConfiguration();
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    // Neither a full disk nor the address space of a JVM is what is tested.
    conf.set("yarn.nodemanager.disk-health-checker.enable", "false");
    conf.set("yarn.nodemanager.pmem-check-enabled", "false");
    conf.set("yarn.nodemanager.vmem-check-enabled", "false");
    yarn = new MiniYARNCluster("yarn-it", 1, 1, 1);
    yarn.init(conf);
    yarn.start();
    assertThat(yarn.waitForNodeManagersToConnect(30_000)).isTrue();
    Path settings = Files.createDirectory(directory.resolve("hadoop")).resolve("yarn-site.xml");
    try (OutputStream out = Files.newOutputStream(settings)) {
      yarn.getConfig().writeXml(out);
    }
    data = TinyData.write(directory.resolve("data"), 40);
  }

  @AfterAll
  static void stop() throws IOException {
    if (yarn != null) {
      yarn.close();
    }
  }

  /** Trains by a file of settings and another one that it includes. */
  private static String train(String master, String name, String submitArguments)
      throws IOException, InterruptedException {
    Files.writeString(directory.resolve("tiny.conf"), String.join("\n", Experiments.TINY));
    Path settings = directory.resolve("mine.conf");
    Files.writeString(settings, "include \"tiny\"\nengine = lane\n");
    Path run = directory.resolve(name);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train", "--master", master, "--data", data.toString(), "--out", run.toString()));
    arguments.addAll(List.of("--config", settings.toString()));
    Ended ended =
        new Script("ssc", directory, LIMIT)
            .with("HADOOP_CONF_DIR", directory.resolve("hadoop").toString())
            .with("SSC_SUBMIT_ARGS", submitArguments)
            .with("SSC_DRIVER_MEMORY", "600m")
            .run(arguments.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return Sha256.of(Files.readAllBytes(run.resolve("checkpoints/round-00000006/state.bin")));
  }

  @Test
  void theBitsAreThoseOfOneMachine() throws Exception {
    String arguments =
        String.join(
            " --conf ",
            "--num-executors 2 --executor-memory 512m",
            "spark.yarn.jars=local:" + JARS + "/*",
            "spark.yarn.stagingDir=" + directory.resolve("staging"),
            "spark.executorEnv.JAVA_HOME=" + System.getProperty("java.home"),
            "spark.yarn.appMasterEnv.JAVA_HOME=" + System.getProperty("java.home"),
            "spark.submit.deployMode=%s");
    String onOne = train("local[2]", "on-one", "");
    String here = arguments.formatted("client") + " --conf spark.driver.host=127.0.0.1";
    assertThat(train("yarn", "driver-here", here)).isEqualTo(onOne);
    assertThat(train("yarn", "driver-there", arguments.formatted("cluster"))).isEqualTo(onOne);
  }
}
