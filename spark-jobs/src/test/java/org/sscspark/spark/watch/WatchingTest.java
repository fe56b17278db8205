package org.sscspark.spark.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.source.Source;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.exchange.EventFileTest;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.RunOptions;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.RoundSeconds;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;
import scala.collection.JavaConverters;

@ExtendWith(LocalSpark.class)
class WatchingTest {
  @TempDir private static Path shared;
  private static URI data;

  @TempDir private Path folder;

  /** As a team's own would be. */
  public static final class Telling implements RunListener {
    private static final List<String> TOLD = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onRun(WatchedRun run) {
      TOLD.add("run " + run.name() + " " + run.settings().get("train.epochs"));
    }

    @Override
    public void onEpoch(EpochMetrics metrics, TrainingState state) {
      TOLD.add("epoch " + metrics.epoch());
    }

    @Override
    public void onEnd(boolean complete) {
      TOLD.add("end " + complete);
    }
  }

  /** Fails in the first round. */
  public static final class Failing implements RunListener {
    private static int rounds;

    @Override
    public void onRound(RoundMetrics metrics, TrainingState state) {
      rounds++;
      throw new IllegalStateException("as a server that is down");
    }
  }

  /** Fails as a class does whose jar is not there, or is another version's. */
  public static final class Missing implements RunListener {
    @Override
    public void onRound(RoundMetrics metrics, TrainingState state) {
      throw new NoClassDefFoundError("com/example/Client");
    }

    @Override
    public void onEnd(boolean complete) {
      throw new AssertionError("Told after it failed");
    }
  }

  /** Fails with what it need not declare, at the end. */
  public static final class Sneaky implements RunListener {
    @Override
    public void onEnd(boolean complete) {
      Sneaky.<RuntimeException>sneak(new IOException("as a server that is gone"));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Exception> void sneak(Exception e) throws T {
      throw (T) e;
    }
  }

  /** Cannot even be loaded. */
  public static final class Unloadable implements RunListener {
    static final int PORT = Integer.parseInt("no number");
  }

  @BeforeAll
  static void shard() throws IOException {
    data = TinyData.write(shared.resolve("train"), 53);
  }

  private void train(JavaSparkContext spark, WatchSettings watch, TrainingListener observer)
      throws IOException {
    new TrainJob(spark, Experiments.tiny(), data, Optional.of(data), RunOptions.watchedBy(watch))
        .run(folder.resolve("run").toUri(), Progress.SILENT, observer);
  }

  private static WatchSettings listeners(Class<?>... types) {
    return new WatchSettings(false, Stream.of(types).map(Class::getName).toList());
  }

  @Test
  void tensorBoardHasEveryRoundAndEpoch(JavaSparkContext spark) throws IOException {
    List<Float> losses = new ArrayList<>();
    train(
        spark,
        new WatchSettings(true, List.of()),
        new TrainingListener() {
          @Override
          public void onRound(RoundMetrics metrics, TrainingState state) {
            losses.add((float) metrics.tally().loss());
          }
        });
    List<EventFileTest.Event> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("run/tensorboard"))) {
      for (Path file : files.sorted().toList()) {
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        events.addAll(EventFileTest.read(Files.readAllBytes(file)));
      }
    }
    assertThat(events.stream().filter(event -> !event.version().isEmpty())).hasSize(2);
    assertThat(events.stream().filter(event -> event.tag().equals("training/loss")))
        .extracting(EventFileTest.Event::value)
        .isEqualTo(losses);
    assertThat(events.stream().filter(event -> event.tag().equals("epoch/test-accuracy")))
        .extracting(EventFileTest.Event::step)
        .containsExactly(1L, 2L);
  }

  @Test
  void listenersAreToldAndOneThatFailsIsLetGo(JavaSparkContext spark) throws IOException {
    Telling.TOLD.clear();
    Failing.rounds = 0;
    train(spark, listeners(Failing.class, Telling.class), new TrainingListener() {});
    assertThat(Telling.TOLD).containsExactly("run run 2", "epoch 0", "epoch 1", "end true");
    assertThat(Failing.rounds).isEqualTo(1);
  }

  /** Kind: what watches stops a run, or hides why it stopped. */
  @Test
  void errorsOfListenersStopNothingAndHideNothing(JavaSparkContext spark) throws IOException {
    Telling.TOLD.clear();
    WatchSettings all = listeners(Missing.class, Sneaky.class, Telling.class);
    train(spark, all, new TrainingListener() {});
    assertThat(Telling.TOLD).endsWith("end true");
    TrainJob failing =
        new TrainJob(spark, Experiments.tiny(), data, Optional.of(data), RunOptions.watchedBy(all));
    assertThatThrownBy(
            () ->
                failing.run(
                    folder.resolve("failing").toUri(), Progress.SILENT, pauseAfter(/* epoch= */ 0)))
        .hasMessage("paused");
    assertThat(Telling.TOLD).endsWith("end false");
  }

  /** Kind: a failure that is taken for a watcher's. */
  @Test
  void aFullHeapIsNotAListenersOwn() {
    Watchers watchers =
        new Watchers(
            List.of(
                new RunListener() {
                  @Override
                  public void onEnd(boolean complete) {
                    throw new OutOfMemoryError("Java heap space");
                  }
                }));
    assertThatThrownBy(() -> watchers.end(true)).isInstanceOf(OutOfMemoryError.class);
  }

  private static TrainingListener pauseAfter(int epoch) {
    return new TrainingListener() {
      @Override
      public void onEpoch(EpochMetrics metrics, TrainingState state) {
        if (metrics.epoch() == epoch) {
          throw new IllegalStateException("paused");
        }
      }
    };
  }

  /** Kind: the last epoch before a pause is written, and those who watch are not told of it. */
  @Test
  void aPausedRunHasShownEveryEpoch(JavaSparkContext spark) throws IOException {
    Telling.TOLD.clear();
    WatchSettings watch = new WatchSettings(true, List.of(Telling.class.getName()));
    assertThatThrownBy(() -> train(spark, watch, pauseAfter(/* epoch= */ 0))).hasMessage("paused");
    train(spark, watch, new TrainingListener() {});
    assertThat(folder.resolve("run/tensorboard").toFile().list())
        .containsExactlyInAnyOrder(
            "events.out.tfevents.0000000001.ssc", "events.out.tfevents.0000000002.ssc");
    assertThat(Telling.TOLD)
        .containsExactly("run run 2", "epoch 0", "end false", "run run 2", "epoch 1", "end true");
  }

  @Test
  void classesThatCannotListenAreNamed() {
    assertThatThrownBy(() -> new WatchSettings(false, List.of("com.example.None")).newListeners())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("com.example.None, which is not on the class path")
        .hasMessageContaining("--jars");
    assertThatThrownBy(() -> listeners(String.class).newListeners())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("which is no public class that implements");
    assertThatThrownBy(() -> listeners(MlflowListener.class).newListeners())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("MLFLOW_TRACKING_URI is not set");
    for (int attempt = 0; attempt < 2; attempt++) {
      // Another error the second time.
      assertThatThrownBy(() -> listeners(Unloadable.class).newListeners())
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("Unloadable, which cannot be loaded: java.lang.");
    }
  }

  /** Kind: a failure that does not say of what. */
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1, 'Cannot log to http://127.0.0.1:1, the server that MLFLOW_TRACKING_URI'",
    "localhost:5000, 'MLFLOW_TRACKING_URI is localhost:5000: it must be an address'",
  })
  void aServerThatCannotBeReachedIsNamed(String server, String words) {
    MlflowListener listener = new MlflowListener(server, "0", Optional.empty());
    assertThatThrownBy(
            () ->
                listener.onRun(
                    new WatchedRun(URI.create("file:/runs/a"), "convnet", 10, new TreeMap<>())))
        .hasMessageContaining(words);
  }

  @Test
  void sparksMetricsHaveTheNewestNumbersWhileTheRunLasts(JavaSparkContext spark)
      throws IOException {
    List<Double> shown = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    train(
        spark,
        listeners(Telling.class),
        new TrainingListener() {
          @Override
          public void onRound(RoundMetrics metrics, TrainingState state) {
            losses.add(metrics.tally().loss());
            groups.add(spark.getLocalProperty("spark.jobGroup.id"));
            shown.add(gauge());
          }
        });
    assertThat(shown).isEqualTo(losses);
    assertThat(groups).containsOnly("run");
    assertThat(sources()).isEmpty();
    assertThat(spark.getLocalProperty("spark.jobGroup.id")).isNull();
  }

  /** As a CrossValidator's fits are. */
  @Test
  void runsSideBySideHaveGaugesOfTheirOwn(JavaSparkContext spark) {
    SparkMetrics first = new SparkMetrics();
    SparkMetrics second = new SparkMetrics();
    SparkMetrics third = new SparkMetrics();
    first.onEpoch(epoch(1), null);
    second.onEpoch(epoch(2), null);
    assertThat(epochs()).isEqualTo(Map.of("epochs", 2.0, "run2.epochs", 3.0));
    first.onEnd(true);
    assertThat(epochs()).isEqualTo(Map.of("run2.epochs", 3.0));
    third.onEpoch(epoch(3), null);
    second.onEpoch(epoch(4), null);
    assertThat(epochs()).isEqualTo(Map.of("epochs", 4.0, "run2.epochs", 5.0));
    second.onEnd(true);
    third.onEnd(true);
    assertThat(epochs()).isEmpty();
    assertThat(spark.sc().isStopped()).isFalse();
  }

  private static EpochMetrics epoch(int epoch) {
    return new EpochMetrics(
        epoch,
        1,
        1,
        new Tally(1, 1, 1),
        0.1,
        1,
        PhaseSeconds.NONE,
        RoundSeconds.NONE,
        Optional.empty(),
        Optional.empty());
  }

  private static Map<String, Double> epochs() {
    Map<String, Double> shown = new TreeMap<>();
    for (Source source : sources()) {
      source
          .metricRegistry()
          .getGauges((name, gauge) -> name.endsWith("epochs"))
          .forEach((name, gauge) -> shown.put(name, (Double) gauge.getValue()));
    }
    return shown;
  }

  private static List<Source> sources() {
    return JavaConverters.seqAsJavaList(SparkEnv.get().metricsSystem().getSourcesByName("ssc"));
  }

  private static double gauge() {
    MetricRegistry registry = sources().get(0).metricRegistry();
    return (double) ((Gauge<?>) registry.getMetrics().get("training.loss")).getValue();
  }

  @Test
  void mlflowGetsSettingsAndEpochs(JavaSparkContext spark) throws IOException {
    TreeMap<String, JsonNode> asked = new TreeMap<>();
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Set<String> headers = ConcurrentHashMap.newKeySet();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/2.0/mlflow/",
        exchange -> {
          String method = exchange.getRequestURI().getPath().replace("/api/2.0/mlflow/", "");
          JsonNode body = new JsonMapper().readTree(exchange.getRequestBody());
          order.add(method);
          headers.addAll(exchange.getRequestHeaders().keySet());
          asked.put(method + (body.has("metrics") ? " metrics" : ""), body);
          byte[] answer =
              "{\"run\":{\"info\":{\"run_id\":\"r1\"}}}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      MlflowListener listener =
          new MlflowListener(
              "http://127.0.0.1:" + server.getAddress().getPort() + "/", "7", Optional.empty());
      Watchers watchers = new Watchers(List.of(listener));
      watchers.begin(
          new WatchedRun(
              URI.create("hdfs://host/runs/a"), "convnet", 10, new TreeMap<>(Map.of("seed", "1"))));
      new TrainJob(spark, Experiments.tiny(), data, Optional.of(data))
          .run(folder.resolve("run").toUri(), Progress.SILENT, watchers);
      watchers.end(true);
    } finally {
      server.stop(0);
    }
    assertThat(order)
        .containsExactly(
            "runs/create", "runs/log-batch", "runs/log-batch", "runs/log-batch", "runs/update");
    // A server that is asked for another protocol may take no body with that.
    assertThat(headers).contains("Content-type").doesNotContain("Upgrade");
    assertThat(asked.get("runs/create").path("experiment_id").asText()).isEqualTo("7");
    assertThat(asked.get("runs/create").path("run_name").asText()).isEqualTo("a");
    assertThat(asked.get("runs/log-batch").toString())
        .contains("{\"key\":\"seed\",\"value\":\"1\"}", "hdfs://host/runs/a");
    assertThat(asked.get("runs/log-batch metrics").toString())
        .contains("epoch/test-accuracy", "\"step\":2", "\"run_id\":\"r1\"");
    assertThat(asked.get("runs/update").path("status").asText()).isEqualTo("FINISHED");
  }
}
