package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

/** One executor with two cores and one pretend GPU. */
class GpuStageIT {
  /** Of stages that ask for nothing of their own. */
  private static final int DEFAULT_PROFILE = 0;

  @TempDir Path directory;
  private ProcessCluster cluster;
  private String master;

  @BeforeEach
  void start() throws Exception {
    cluster = new ProcessCluster(directory);
    master = cluster.start("--workers", "1", "--cores", "2", "--datanodes", "0", "--gpus", "1");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void trainingHoldsTheGpuWhileOtherStagesUseAllCores() throws Exception {
    URI data = TinyData.write(directory.resolve("data"), 24);
    Path events = Files.createDirectory(directory.resolve("events"));
    List<String> arguments = new ArrayList<>(List.of("train", "--master", master));
    arguments.addAll(List.of("--data", data.toString(), "--test", data.toString()));
    arguments.addAll(List.of("--out", directory.resolve("run").toString()));
    arguments.addAll(Experiments.TINY);
    arguments.addAll(List.of("engine=lane", "train.epochs=1"));
    Ended ended =
        new Script("ssc", directory, Duration.ofMinutes(5))
            .with(
                "SSC_SUBMIT_ARGS",
                "--conf spark.executor.resource.gpu.amount=1 --conf spark.eventLog.enabled=true"
                    + " --conf spark.eventLog.dir="
                    + events.toUri())
            .run(arguments.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.err()).isZero();

    Map<Integer, Integer> mostAtOnce = mostTasksAtOnce(events);
    assertThat(mostAtOnce.remove(DEFAULT_PROFILE)).isEqualTo(2);
    assertThat(mostAtOnce.values()).containsExactly(1);
  }

  /**
   * How many tasks of each resource profile ran at the same time, by Spark's event log. A task is
   * known to run from its launch on for as long as the executor says that it took; the driver hears
   * of its end later, when the next one may be running.
   */
  private static Map<Integer, Integer> mostTasksAtOnce(Path events) throws Exception {
    Map<Integer, Integer> profiles = new HashMap<>();
    Map<Integer, List<Span>> tasks = new HashMap<>();
    for (JsonNode event : events(events)) {
      if (event.path("Event").asText().equals("SparkListenerStageSubmitted")) {
        JsonNode stage = event.path("Stage Info");
        profiles.put(stage.path("Stage ID").asInt(), stage.path("Resource Profile Id").asInt());
      } else if (event.path("Event").asText().equals("SparkListenerTaskEnd")) {
        tasks
            .computeIfAbsent(
                profiles.get(event.path("Stage ID").asInt()), profile -> new ArrayList<>())
            .add(Span.of(event));
      }
    }
    Map<Integer, Integer> most = new HashMap<>();
    tasks.forEach((profile, spans) -> most.put(profile, Span.mostAtOnce(spans)));
    return most;
  }

  private static List<JsonNode> events(Path folder) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (String line : Files.readAllLines(files.findAny().orElseThrow())) {
        events.add(new JsonMapper().readTree(line));
      }
    }
    return events;
  }

  /** When a task ran, in milliseconds. */
  private record Span(long from, long to) {
    static Span of(JsonNode end) {
      long launch = end.path("Task Info").path("Launch Time").asLong();
      JsonNode metrics = end.path("Task Metrics");
      return new Span(
          launch,
          launch
              + metrics.path("Executor Deserialize Time").asLong()
              + metrics.path("Executor Run Time").asLong());
    }

    static int mostAtOnce(List<Span> spans) {
      return spans.stream()
          .mapToInt(one -> (int) spans.stream().filter(other -> other.holds(one.from)).count())
          .max()
          .orElse(0);
    }

    private boolean holds(long time) {
      return from <= time && time < to;
    }
  }
}
