package org.sscspark.spark.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.cli.Ended;
import org.sscspark.spark.cli.Script;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

/** Runs submit/ssc bench with the packaged jars. */
class BenchIT {
  @TempDir private Path directory;

  private Script ssc() {
    return new Script("ssc", directory, Duration.ofMinutes(2)).with("SSC_DRIVER_MEMORY", "1g");
  }

  /** Kernels need JMH and oneDNN, which are not in the job jar. */
  @Test
  void bringsItsLibraries() throws Exception {
    Ended ended =
        ssc().run("bench", "kernels", "--shapes=16@3", "--batch=1", "--seconds=0", "--json");
    assertThat(ended.json().path("oneDnn").asText()).matches("\\d+\\.\\d+\\.\\d+");
  }

  /**
   * Kind: classes of the benchmarks that executors do not have. Here they are processes of their
   * own, and the cluster wants Kryo and classes registered.
   */
  @Test
  void executorsHaveItsClasses() throws Exception {
    URI data = TinyData.write(directory.resolve("data"), 53);
    Path events = Files.createDirectory(directory.resolve("events"));
    List<String> command = new ArrayList<>(List.of("bench", "averaging", "--json", "--growth"));
    command.addAll(List.of("--master=local-cluster[2,1,1024]", "--data=" + data));
    command.addAll(List.of("--workers=2", "--rounds=21"));
    command.addAll(Experiments.TINY);
    Ended grown =
        ssc()
            .with(
                "SSC_SUBMIT_ARGS",
                "--conf spark.serializer=org.apache.spark.serializer.KryoSerializer"
                    + " --conf spark.kryo.registrationRequired=true"
                    + " --conf spark.executor.memory=1g"
                    + " --conf spark.eventLog.enabled=true --conf spark.eventLog.dir="
                    + events)
            .run(command.toArray(String[]::new));
    JsonNode samples = grown.json().path("samples");
    assertThat(samples.findValuesAsText("round")).containsExactly("1", "10", "20");
    assertThat(samples.get(0).path("residentBytes").fieldNames())
        .toIterable()
        .containsExactly("0", "1");

    try (Stream<Path> logs = Files.list(events)) {
      Ended usage = Ended.ssc("bench", "executors", "--events", logs.findFirst().orElseThrow());
      assertThat(usage.exitCode()).as(usage.err()).isZero();
      assertThat(usage.out()).contains(" jobs in ").hasLineCount(1 + 2 + 2);
    }
  }
}
