package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.Location;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageKinds;
import org.sscspark.data.Normalization;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.TestArchive;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Replica;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.train.Experiments;

/**
 * The command predict against the network run image by image, from every kind of input; and kinds
 * of bad images, which have the same words as under the command shard.
 */
class PredictCommandTest {
  private static final int IMAGES = 40;

  @TempDir private static Path shared;
  private static Path raw;
  private static Path data;
  private static Path run;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    raw = shared.resolve("raw");
    for (int i = 0; i < IMAGES; i++) {
      RawFixtures.write(
          raw.resolve(String.format(Locale.ROOT, "%s/%03d.png", CLASSES[i % 3], i)), image(i));
    }
    data = shared.resolve("data");
    run = shared.resolve("run");
    succeeds("shard", "--format", "image-folder", "--in", raw, "--out", data, "--shards", "3");
    List<Object> arguments = new ArrayList<>(List.of("--data", data, "--out", run));
    arguments.addAll(Experiments.TINY);
    succeeds("train", arguments.toArray());
  }

  private static final String[] CLASSES = {"köln", "paris, \"old\"", "rom"};

  private static byte[] image(int seed) {
    return PlainPng.noise(8, 8, seed);
  }

  private static Ended ssc(String command, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(command, "--master", "local[2]"));
    arguments.addAll(Arrays.asList(more));
    return Ended.ssc(arguments.toArray());
  }

  private static Ended succeeds(String command, Object... more) {
    Ended ended = ssc(command, more);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended;
  }

  private Ended predict(Object from, Path out, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("--checkpoint", run, "--data", from, "--out", out, "engine=nd4j"));
    arguments.addAll(Arrays.asList(more));
    return ssc("predict", arguments.toArray());
  }

  private static SparkSession session() {
    return SparkSession.builder().master("local[1]").getOrCreate();
  }

  /** The rows by id, whose path is cut off. */
  private static Map<String, JsonNode> read(Path out, String format) throws IOException {
    Map<String, JsonNode> rows = new TreeMap<>();
    for (String line : format.equals("json") ? lines(out) : linesOf(out, format)) {
      JsonNode row = new JsonMapper().readTree(line);
      String id = row.path("id").asText();
      rows.put(id.substring(id.lastIndexOf('/') + 1), row);
    }
    return rows;
  }

  private static List<String> lines(Path out) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> parts = Files.list(out)) {
      for (Path part : parts.filter(path -> path.toString().endsWith(".json")).toList()) {
        lines.addAll(Files.readAllLines(part));
      }
    }
    return lines;
  }

  private static List<String> linesOf(Path out, String format) {
    try (SparkSession session = session()) {
      return session
          .read()
          .option("header", true)
          .option("escape", "\"")
          .option("inferSchema", true)
          .format(format)
          .load(out.toString())
          .toJSON()
          .collectAsList();
    }
  }

  /** Probabilities of one image, by a replica of another engine. */
  private static double[] expected(byte[] pixels) throws IOException {
    SavedModel model =
        new CheckpointSearch(new Configuration()).one(Location.of(run.toString())).model();
    Normalization normalization = model.input().normalization();
    float[] image = new float[pixels.length];
    int plane = pixels.length / 3;
    for (int i = 0; i < image.length; i++) {
      image[i] =
          (float)
              (((pixels[i] & 0xFF) - normalization.mean().get(i / plane))
                  / normalization.std().get(i / plane));
    }
    float[] logits = new float[model.network().classes()];
    try (Replica replica = Engines.create("lane", 1).replica(model.network(), 1)) {
      System.arraycopy(
          model.state().parameters(),
          0,
          replica.parameters(),
          0,
          model.state().parameters().length);
      InputLayout layout = replica.inputLayout();
      float[] input = replica.newInput();
      layout.fill(image, 1, input);
      replica.forward(input, 1, BatchNormMode.RUNNING, logits);
    }
    return SoftmaxCrossEntropy.probabilities(logits);
  }

  private static void assertAnswer(JsonNode row, double[] expected) {
    Map<String, Double> probabilities = new HashMap<>();
    double last = 1;
    for (String suffix : List.of("", "2", "3")) {
      double probability = row.path("probability" + suffix).asDouble();
      assertThat(probability).isLessThanOrEqualTo(last + 1e-6);
      probabilities.put(row.path("label" + suffix).asText(), probability);
      last = probability;
    }
    assertThat(probabilities).hasSize(3);
    for (int k = 0; k < 3; k++) {
      assertThat(probabilities.get(CLASSES[k])).isCloseTo(expected[k], within(1e-4));
    }
    assertThat(row.path("error").isTextual()).isFalse();
  }

  private static byte[] pixels(int seed) throws IOException {
    return ImageDecoder.original().decode(image(seed)).pixels();
  }

  private static void assertAllAnswered(Map<String, JsonNode> rows) throws IOException {
    assertThat(rows).hasSize(IMAGES);
    for (int i : new int[] {0, 1, 2, 17, IMAGES - 1}) {
      assertAnswer(rows.get(String.format(Locale.ROOT, "%03d.png", i)), expected(pixels(i)));
    }
  }

  @Test
  void aFolderAnArchiveAndATableGiveTheAnswersOfTheNetwork() throws IOException {
    Ended ended = predict(raw, folder.resolve("parquet"));
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("Predicted 40 images in ", " images/s");
    assertAllAnswered(read(folder.resolve("parquet"), "parquet"));

    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < IMAGES; i++) {
      files.put(String.format(Locale.ROOT, "deep/%s/%03d.png", i % 2, i), image(i));
    }
    Path tar = RawFixtures.write(folder.resolve("images.tar"), RawFixtures.tar(files));
    assertThat(predict(tar, folder.resolve("csv"), "--as", "csv").exitCode()).isZero();
    assertAllAnswered(read(folder.resolve("csv"), "csv"));

    try (SparkSession session = session()) {
      session
          .read()
          .format("binaryFile")
          .option("recursiveFileLookup", "true")
          .load(raw.toString())
          .repartition(3)
          .write()
          .parquet(folder.resolve("table").toString());
    }
    assertThat(
            predict(
                    folder.resolve("table"),
                    folder.resolve("json"),
                    "--image-column",
                    "content",
                    "--as",
                    "json")
                .exitCode())
        .isZero();
    assertAllAnswered(read(folder.resolve("json"), "json"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .as("nothing half-written is left")
          .containsExactlyInAnyOrder("parquet", "csv", "json", "images.tar", "table");
    }
  }

  @Test
  void aDataSetGivesTheAnswersOfTheNetworkUnderItsIds() throws IOException {
    JsonNode outcome = predict(data, folder.resolve("out"), "--json", "--as", "json").json();

    assertThat(outcome.path("images").asInt()).isEqualTo(IMAGES);
    Map<String, JsonNode> rows = read(folder.resolve("out"), "json");
    assertThat(rows).hasSize(IMAGES);
    ImageBlock block =
        org.sscspark.data.Dataset.open(new Configuration(), data.toUri()).readShard(1);
    for (int n = 0; n < block.examples(); n += 5) {
      int size = block.shape().size();
      assertAnswer(
          rows.get(Long.toString(block.ids()[n])),
          expected(Arrays.copyOfRange(block.pixels(), n * size, (n + 1) * size)));
    }
    Map<String, String> labels = labels();
    long right =
        rows.entrySet().stream()
            .filter(row -> row.getValue().path("label").asText().equals(labels.get(row.getKey())))
            .count();
    JsonNode evaluation =
        ssc("evaluate", "--checkpoint", run, "--data", data, "--json", "engine=nd4j").json();
    assertThat(right / (double) IMAGES).isEqualTo(evaluation.path("accuracy").asDouble());
  }

  private static Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    org.sscspark.data.Dataset set =
        org.sscspark.data.Dataset.open(new Configuration(), data.toUri());
    for (int shard = 0; shard < set.manifest().shards().size(); shard++) {
      ImageBlock block = set.readShard(shard);
      for (int n = 0; n < block.examples(); n++) {
        labels.put(Long.toString(block.ids()[n]), set.manifest().classes().get(block.labels()[n]));
      }
    }
    return labels;
  }

  /** Each is refused by shard with the words that stand here in the row. */
  @Test
  void aBadImageIsARowWithTheWordsOfShard() throws IOException {
    Map<String, byte[]> bad = new LinkedHashMap<>();
    bad.put("empty.png", new byte[0]);
    bad.put("text.png", "no image".getBytes(StandardCharsets.UTF_8));
    bad.put("truncated.png", Arrays.copyOf(image(1), 150));
    bad.put("gif.png", "GIF89a......".getBytes(StandardCharsets.UTF_8));
    bad.put("huge.png", PlainPng.of(30_000, 30_000, 8, 2, new byte[10]));
    Path in = folder.resolve("bad/one");
    for (Map.Entry<String, byte[]> file : bad.entrySet()) {
      RawFixtures.write(in.resolve(file.getKey()), file.getValue());
    }
    RawFixtures.write(in.resolve("larger.png"), PlainPng.noise(40, 30, 4));
    RawFixtures.write(in.resolve("fine.png"), image(3));
    RawFixtures.write(in.resolve("a.webp"), new byte[1]);
    RawFixtures.write(in.resolve("__hidden/x.png"), image(3));
    Files.createSymbolicLink(in.resolve("lost.png"), Path.of("nowhere"));
    Ended sharding =
        ssc(
            "shard",
            "--format",
            "image-folder",
            "--in",
            folder.resolve("bad"),
            "--out",
            folder.resolve("sharded"),
            "--resize",
            "8");
    assertThat(sharding.exitCode()).isEqualTo(2);

    Ended ended =
        predict(
            folder.resolve("bad"),
            folder.resolve("out"),
            "--max-pixels",
            "1000000",
            "--as",
            "json");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("7 images", "5 of them cannot be used", "passed over 1 .webp")
        .contains("1 hidden folder", "1 dangling link");
    Map<String, JsonNode> rows = read(folder.resolve("out"), "json");
    assertThat(rows).hasSize(7);
    for (String name : bad.keySet()) {
      String error = rows.get(name).path("error").asText();
      assertThat(rows.get(name).path("label").isNull()).isTrue();
      if (!name.equals("huge.png")) {
        assertThat(sharding.err()).contains(in.resolve(name) + " " + error);
      }
    }
    assertThat(rows.get("huge.png").path("error").asText()).contains("it is 30000x30000");
    assertAnswer(rows.get("fine.png"), expected(pixels(3)));
    byte[] resized =
        ImageDecoder.resizedTo(new FeatureShape(3, 8, 8))
            .decode(PlainPng.noise(40, 30, 4))
            .pixels();
    assertAnswer(rows.get("larger.png"), expected(resized));
  }

  /** Turned, CMYK, of 16 bits, with a palette and so on: as a plain file of the same pixels. */
  @Test
  void everyKindOfFileIsUnderstood() throws IOException {
    Map<String, byte[]> kinds = ImageKinds.all();
    for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
      RawFixtures.write(folder.resolve("kinds/" + kind.getKey()), kind.getValue());
    }
    assertThat(predict(folder.resolve("kinds"), folder.resolve("out"), "--as", "json").exitCode())
        .isZero();
    Map<String, JsonNode> rows = read(folder.resolve("out"), "json");
    assertThat(rows).containsOnlyKeys(kinds.keySet());
    ImageDecoder resized = ImageDecoder.resizedTo(new FeatureShape(3, 8, 8));
    for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
      byte[] plain = ImageKinds.plain(ImageDecoder.original().decode(kind.getValue(), ""));
      assertAnswer(rows.get(kind.getKey()), expected(resized.decode(plain, "").pixels()));
    }
  }

  /** What shard reads of an archive, predict reads; what it refuses, predict refuses. */
  @Test
  void archivesAreWhatTheyAreWhateverTheirName() throws IOException {
    byte[] tar = RawFixtures.tar(Map.of("köln/deep/é.png", image(1), "a/b.png", image(2)));
    Path misnamed = RawFixtures.write(folder.resolve("images.zip"), RawFixtures.gzip(tar));
    assertThat(predict(misnamed, folder.resolve("out"), "--as", "json").exitCode()).isZero();
    Map<String, JsonNode> rows = read(folder.resolve("out"), "json");
    assertThat(rows).containsOnlyKeys("é.png", "b.png");
    assertAnswer(rows.get("é.png"), expected(pixels(1)));
    assertAnswer(rows.get("b.png"), expected(pixels(2)));

    byte[] sevenZip = {'7', 'z', (byte) 0xBC, (byte) 0xAF, 0x27, 0x1C, 0, 0};
    Path unknown = RawFixtures.write(folder.resolve("images.7z"), sevenZip);
    predict(unknown, folder.resolve("none")).isBadInput("images.7z", "a 7z archive");
    Path nested =
        RawFixtures.write(folder.resolve("nested.tar"), RawFixtures.tar(Map.of("cat.tar", tar)));
    predict(nested, folder.resolve("none")).isBadInput("nested.tar", "no JPEG, PNG or BMP");
  }

  /**
   * As in the unpacked folder; where that is not known, predict refuses with the words of shard.
   */
  @Test
  void linksLeadWhereTheyDoUnderShard() throws IOException {
    TestArchive files =
        new TestArchive()
            .link("train/cat", "../all/cat")
            .file("all/cat/x.png", image(1))
            .file("all/dog/deep/y.png", image(2))
            .link("first.png", "all/dog/deep/y.png")
            .link("second.png", "first.png")
            .hardLink("copy.png", "all/cat/x.png")
            .link("lost.png", "nowhere.png");
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    files.unpack(unpacked);
    Map<String, Integer> expected =
        Map.of(
            "train/cat/x.png", 1,
            "all/cat/x.png", 1,
            "copy.png", 1,
            "all/dog/deep/y.png", 2,
            "first.png", 2,
            "second.png", 2);
    for (Path in : List.of(unpacked, RawFixtures.write(folder.resolve("set.tar"), files.tar()))) {
      Path out = folder.resolve("out-of-" + in.getFileName());
      Ended ended = predict(in, out, "--as", "json");
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertThat(ended.out()).contains("6 images", "passed over 1 dangling link");
      Map<String, JsonNode> rows = new TreeMap<>();
      for (String line : lines(out)) {
        JsonNode row = new JsonMapper().readTree(line);
        rows.put(row.path("id").asText().replaceFirst(".*(unpacked/|set.tar!)", ""), row);
      }
      assertThat(rows).containsOnlyKeys(expected.keySet());
      for (Map.Entry<String, Integer> image : expected.entrySet()) {
        assertAnswer(rows.get(image.getKey()), expected(pixels(image.getValue())));
      }
    }

    TestArchive outside = new TestArchive().file("x.png", image(1)).link("cat", "/data/cat");
    predict(RawFixtures.write(folder.resolve("out.tar"), outside.tar()), folder.resolve("none"))
        .isBadInput("out.tar!cat is a link that leads out of the archive", "tar -h");
    TestArchive circle = new TestArchive().file("cat/x.png", image(1)).link("cat/me", ".");
    Path circling = Files.createDirectory(folder.resolve("circling"));
    circle.unpack(circling);
    for (Path in :
        List.of(circling, RawFixtures.write(folder.resolve("circle.tar"), circle.tar()))) {
      predict(in, folder.resolve("none")).isBadInput("cat/me");
    }
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void tablesOfPixelsAndOfNothingToCallRows() throws IOException {
    StructType schema =
        new StructType().add("image", DataTypes.BinaryType).add("n", DataTypes.LongType);
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < 6; i++) {
      rows.add(RowFactory.create(i == 4 ? new byte[7] : i == 5 ? null : pixels((int) i), i));
    }
    try (SparkSession session = session()) {
      session.createDataFrame(rows, schema).write().parquet(folder.resolve("table").toString());
    }
    Path table = folder.resolve("table");

    predict(table, folder.resolve("out"), "--image-shape", "3x8x8")
        .isBadInput("no column 'path'", "--id-column", "image, n");
    predict(table, folder.resolve("out"), "--image-shape", "3x8x9")
        .isBadInput("reads images of 3x8x8", "pixels of 3x8x9");
    Ended ended =
        predict(
            table,
            folder.resolve("out"),
            "--image-shape",
            "3x8x8",
            "--id-column",
            "n",
            "--as",
            "json");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    Map<String, JsonNode> found = read(folder.resolve("out"), "json");
    assertAnswer(found.get("2"), expected(pixels(2)));
    assertThat(found.get("4").path("error").asText()).contains("7 bytes", "shape asks for 192");
    assertThat(found.get("5").path("error").asText()).contains("it is null");
  }

  /** As Spark writes a table with {@code partitionBy}; and one in which nothing is. */
  @Test
  void tablesInFoldersOfTheirOwnAndWithoutRows() throws IOException {
    StructType schema =
        new StructType()
            .add("image", DataTypes.BinaryType)
            .add("path", DataTypes.StringType)
            .add("label", DataTypes.StringType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(RowFactory.create(image(i), i + ".png", i % 2 == 0 ? "köln" : "rom"));
    }
    Path table = folder.resolve("table");
    Path empty = folder.resolve("empty");
    try (SparkSession session = session()) {
      session.createDataFrame(rows, schema).write().partitionBy("label").parquet(table + "");
      session.createDataFrame(List.of(), schema).write().parquet(empty.toString());
    }

    Ended ended = predict(table, folder.resolve("out"), "--as", "json");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    Map<String, JsonNode> found = read(folder.resolve("out"), "json");
    assertThat(found).hasSize(6);
    assertAnswer(found.get("3.png"), expected(pixels(3)));
    ended = predict(empty, folder.resolve("nothing"), "--as", "json");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("Predicted 0 images");
    assertThat(lines(folder.resolve("nothing"))).isEmpty();
  }

  @Test
  void mistakesAreToldBeforeSparkStarts() throws IOException {
    predict(data, raw).isBadInput(raw + " exists already");
    predict(folder.resolve("none"), folder.resolve("out")).isBadInput("none does not exist");
    RawFixtures.write(folder.resolve("empty/notes.txt"), new byte[1]);
    predict(folder.resolve("empty"), folder.resolve("out"))
        .isBadInput("holds no JPEG, PNG or BMP images, only 1 .txt");
    predict(data, folder.resolve("out"), "--top", "0").isBadInput("--top must be positive");
    ssc("predict", "--checkpoint", data, "--data", data, "--out", folder.resolve("out"))
        .isBadInput("no checkpoint");
    Path broken = folder.resolve("images.tar.gz");
    byte[] tar = RawFixtures.gzip(RawFixtures.tar(Map.of("a.png", image(1))));
    Files.write(broken, Arrays.copyOf(tar, tar.length / 2));
    predict(broken, folder.resolve("out")).isBadInput("is truncated or corrupt");
    assertThat(predict(data, folder.resolve("out"), "--dry-run").out()).contains("would predict");
    assertThat(folder.resolve("out")).doesNotExist();
    predict(raw, raw.resolve("out")).isBadInput("out lies in file:" + raw + ", which is read");
    predict(raw, run.resolve("out")).isBadInput("out lies in file:" + run + ", which is read");
    ssc("predict", "--model", "a.NPZ", "--data", raw, "--out", folder.resolve("out"))
        .isBadInput("a.NPZ has weights and no network; give the run that 'train --from' makes");
  }

  /** Kind: what a dry run allows and the start refuses. */
  @Test
  void aDryRunLooksAtATablesColumns() throws IOException {
    Path table = folder.resolve("table");
    try (SparkSession session = session()) {
      session
          .range(3)
          .selectExpr("id", "encode('x', 'UTF-8') image", "string(id) label")
          .coalesce(1)
          .write()
          .parquet(table.toString());
    }
    Path out = folder.resolve("out");
    for (List<String> wrong :
        List.of(
            List.of("--image-column", "label", "Image column 'label' is of type string"),
            List.of("--id-column", "name", "no column 'name'"))) {
      predict(table, out, wrong.get(0), wrong.get(1), "--dry-run").isBadInput(wrong.get(2));
    }
    assertThat(predict(table, out, "--dry-run").out()).contains("would predict the rows of");
    Path part;
    try (Stream<Path> parts = Files.list(table)) {
      part = parts.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.write(part, Arrays.copyOf(Files.readAllBytes(part), 50));
    predict(table, out, "--dry-run").isBadInput("is no table in Parquet files", "part-00000");
    assertThat(out).doesNotExist();
  }

  /** Kind: what is asked for and cannot be given. */
  @Test
  void moreClassesThanThereAreAreSaid() {
    Ended more = predict(data, folder.resolve("more"), "--top", "1000", "--dry-run");
    assertThat(more.err()).contains("--top 1000: a row names all 3 classes of the network");
    Ended usual = predict(data, folder.resolve("usual"), "--dry-run");
    assertThat(usual.err()).doesNotContain("--top");
  }
}
