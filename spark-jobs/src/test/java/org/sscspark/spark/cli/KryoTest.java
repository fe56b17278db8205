package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.spark.ml.SscClassifier;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.SavedRuns;
import org.sscspark.spark.train.TinyData;

/**
 * Kind: a cluster's own setting that stops every job. Here it wants Kryo, and classes registered.
 */
class KryoTest {
  private static final Map<String, String> CLUSTER =
      Map.of(
          "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
          "spark.kryo.registrationRequired", "true");

  @TempDir private static Path directory;
  private static String data;

  /** What training, evaluating and scoring come to without Kryo. */
  private static JsonNode evaluation;

  @BeforeAll
  static void theClusterWantsKryo() throws Exception {
    data = TinyData.write(directory.resolve("data"), 40).toString();
    train("plain", "collect");
    evaluation = evaluation("plain");
    scores("plain-scores");
    CLUSTER.forEach(System::setProperty);
  }

  @AfterAll
  static void restore() {
    CLUSTER.keySet().forEach(System::clearProperty);
  }

  private static void succeeds(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--master", "local[2]"));
    arguments.addAll(Arrays.asList(more));
    Ended ended = Ended.ssc(arguments.toArray());
    assertThat(ended.exitCode()).as(ended.err()).isZero();
  }

  private static String[] with(List<String> settings, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(more));
    all.addAll(settings);
    return all.toArray(String[]::new);
  }

  private static String at(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void shards() {
    String out = at("sharded");
    String[] images = {"--format", "synthetic", "--examples", "60", "--size", "8", "--shards", "3"};
    succeeds("shard", with(List.of(images), "--out", out));
  }

  @Test
  void trainsToTheSameBitsAndEvaluates() throws Exception {
    for (String reduction : List.of("collect", "slices")) {
      train(reduction, reduction);
      SavedRuns.assertSameBits(directory.resolve(reduction), directory.resolve("plain"));
    }
    assertThat(evaluation("slices")).isEqualTo(evaluation);
    Path tar =
        RawFixtures.write(
            directory.resolve("images.tar"),
            RawFixtures.tar(Map.of("a.png", PlainPng.noise(8, 8, 1))));
    succeeds(
        "predict", "--checkpoint", at("slices"), "--data", tar.toString(), "--out", at("table"));
  }

  @Test
  void fitsAndTransforms() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(RowFactory.create(PlainPng.noise(8, 8, i), i % 2));
    }
    StructType schema =
        new StructType().add("image", DataTypes.BinaryType).add("label", DataTypes.IntegerType);
    try (SparkSession session =
        SparkSession.builder()
            .config(Sessions.configuration("ml", Optional.of("local[2]")))
            .getOrCreate()) {
      Dataset<Row> table = session.createDataFrame(rows, schema);
      assertThat(
              new SscClassifier()
                  .setWorkDir(at("work"))
                  .setConfig(String.join("\n", Experiments.TINY))
                  .fit(table)
                  .transform(table)
                  .count())
          .isEqualTo(12);
    }
  }

  @Test
  void scoresWeights() throws Exception {
    scores("scores");
    assertThat(directory.resolve("scores/network.json"))
        .hasSameTextualContentAs(directory.resolve("plain-scores/network.json"));
  }

  private static void train(String out, String reduction) {
    List<String> lane = new ArrayList<>(Experiments.TINY);
    lane.addAll(List.of("engine=lane", "averaging.reduce=" + reduction));
    succeeds("train", with(lane, "--data", data, "--out", at(out)));
  }

  /** Without the place and the time. */
  private static JsonNode evaluation(String run) throws Exception {
    Ended ended =
        Ended.ssc(
            "evaluate", "--master", "local[2]", "--checkpoint", at(run), "--data", data, "--json");
    return ((ObjectNode) ended.json()).without(List.of("name", "checkpoint"));
  }

  private static void scores(String out) {
    succeeds(
        "prune",
        "--method",
        "snip",
        "--data",
        data,
        "--out",
        at(out),
        "model.name=convnet",
        "density=0.5",
        "pruning.chunk=8",
        "pruning.batches=3");
  }
}
