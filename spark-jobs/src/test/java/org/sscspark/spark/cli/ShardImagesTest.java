package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;

/** The command shard on folders and tables of images, and what it says of them. */
class ShardImagesTest {
  @TempDir private Path folder;

  private void images(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawFixtures.write(
          folder.resolve(
              String.format(Locale.ROOT, "raw/%s/%03d.png", i % 10 == 0 ? "few" : "many", i)),
          PlainPng.noise(6, 4, i));
    }
  }

  private Ended shard(String name, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("shard", "--master", "local[2]", "--out", folder.resolve(name)));
    if (!List.of(more).contains("--format")) {
      arguments.addAll(List.of("--format", "image-folder", "--in", folder.resolve("raw")));
    }
    arguments.addAll(List.of(more));
    return Ended.ssc(arguments.toArray());
  }

  /** Bad input that is found after progress was reported: the last line says what it is. */
  private static void assertRefused(Ended ended, String... parts) {
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().strip().lines().reduce((first, last) -> last).orElseThrow())
        .startsWith("ssc shard: ")
        .contains(parts);
  }

  @Test
  void theSummarySaysWhatWasNotTakenAsItWas() throws IOException {
    images(40);
    RawFixtures.write(folder.resolve("raw/few/a.webp"), new byte[1]);
    RawFixtures.write(folder.resolve("raw/few/z.png"), new byte[0]);

    Ended ended = shard("out", "--skip-corrupt");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("left out", "1 that cannot be decoded, listed in left-out.jsonl")
        .contains("passed over", "1 .webp, as file:" + folder.resolve("raw/few/a.webp"));
    assertThat(folder.resolve("out/left-out.jsonl")).content().contains("few/z.png");
    JsonNode json = Ended.ssc("inspect", folder.resolve("out"), "--json", "--verify").json();
    assertThat(json.at("/manifest/reading/passedOver/0/kind").asText()).isEqualTo(".webp");
    assertThat(json.at("/manifest/reading/leftOut").asInt()).isEqualTo(1);
    assertRefused(shard("other"), "few/z.png cannot be decoded (it is empty", "--skip-corrupt");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void anEmptyClassOfAPortionIsWarnedOfAndStandsOut() throws IOException {
    images(40);

    Ended ended = shard("out", "--portion", "0.9..1");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err())
        .contains("WARN portion 0.9..1.0 of each class leaves no image of class few (of 4)");
    assertThat(ended.out()).containsPattern("0 +few +-\\s");
    Ended plan = shard("plan", "--portion", "0.9..1", "--dry-run");
    assertThat(plan.err()).contains("leaves no image of class few");
  }

  @Test
  void anEmptyClassOfATableIsWarnedOfAndStandsOut() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(RowFactory.create(PlainPng.noise(6, 4, i), i % 10 == 0 ? "few" : "many"));
    }
    StructType schema =
        new StructType().add("image", DataTypes.BinaryType).add("label", DataTypes.StringType);
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      spark.createDataFrame(rows, schema).repartition(3).write().parquet(folder + "/table");
      spark.createDataFrame(List.of(), schema).write().parquet(folder + "/empty");
    }
    Object[] table = {"--format", "parquet", "--in", folder.resolve("table")};
    List<Object> portion = new ArrayList<>(List.of(table));
    portion.addAll(List.of("--portion", "0.9..1"));

    Ended ended = shard("out", portion.toArray());

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains("WARN portion 0.9..1.0 of each class leaves no image of class few (of 4)");
    assertThat(ended.out()).containsPattern("0 +few +-\\s").containsPattern("1 +many +4\\s");
    portion.add("--dry-run");
    assertThat(shard("plan", portion.toArray()).err()).contains("leaves no image of class few");
    assertRefused(
        shard("none", "--format", "parquet", "--in", folder.resolve("empty"), "--resize", "8"),
        "parquet file:" + folder.resolve("empty") + " holds no images");
  }

  @Test
  void photographsKeepTheirSizesAndCanBeLookedAt() throws IOException {
    images(20);
    RawFixtures.write(folder.resolve("raw/few/large.png"), PlainPng.noise(30, 50, 1));

    assertRefused(shard("raw-out"), "large.png is 30x50, but other images are 6x4; pass --resize");
    Ended ended = shard("out", "--encoding", "encoded");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("21 of 3x(4..50)x(6..30)");
    assertThat(Ended.ssc("inspect", folder.resolve("out"), "--verify").out()).contains("verified");
    Ended.ssc(
            "train",
            "--master",
            "local[1]",
            "--data",
            folder.resolve("out"),
            "--out",
            folder.resolve("run"))
        .isBadInput("have sizes of their own", "--resize");
  }

  @Test
  void tablesAreSharded() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(RowFactory.create(PlainPng.noise(6, 4, i), (long) (i % 3), "id" + i));
    }
    StructType schema =
        new StructType()
            .add("picture", DataTypes.BinaryType)
            .add("class", DataTypes.LongType)
            .add("id", DataTypes.StringType);
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      spark.createDataFrame(rows, schema).repartition(3).write().parquet(folder + "/table");
    }
    Object[] table = {
      "--format", "parquet", "--in", folder.resolve("table"), "--label-column", "class"
    };

    shard("bad", table).isBadInput("The table has no column 'image'; give its column of images");
    List<Object> more = new ArrayList<>(List.of(table));
    more.addAll(List.of("--image-column", "picture", "--id-column", "id", "--shards", "2"));
    Ended ended = shard("out", more.toArray());

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("30 of 3x4x6", "parquet file:" + folder.resolve("table"));
    Files.write(folder.resolve("text.parquet"), "no table".getBytes(StandardCharsets.UTF_8));
    shard("bad", "--format", "parquet", "--in", folder.resolve("text.parquet"))
        .isBadInput("text.parquet is no table in Parquet files (");
    assertThat(folder.resolve("bad")).doesNotExist();
  }

  @Test
  void aDamagedPartOfATableIsNamed() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(RowFactory.create(PlainPng.noise(6, 4, i), "class-" + i % 3));
    }
    StructType schema =
        new StructType().add("image", DataTypes.BinaryType).add("label", DataTypes.StringType);
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      spark.createDataFrame(rows, schema).repartition(3).write().parquet(folder + "/table");
    }
    Path part;
    try (Stream<Path> files = Files.list(folder.resolve("table"))) {
      part = files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList().get(2);
    }
    byte[] bytes = Files.readAllBytes(part);
    Files.write(part, Arrays.copyOf(bytes, bytes.length - 9));

    shard("out", "--format", "parquet", "--in", folder.resolve("table"))
        .isBadInput(part.getFileName() + " is truncated or corrupt: fetch or write it again");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aTestSetWithOtherClassesIsNamedByThem() throws IOException {
    images(20);
    shard("train");
    Files.move(folder.resolve("raw/few"), folder.resolve("raw/new"));
    shard("test");

    Ended.ssc(
            "train",
            "--master",
            "local[1]",
            "--data",
            folder.resolve("train"),
            "--test",
            folder.resolve("test"),
            "--out",
            folder.resolve("run"),
            "--dry-run")
        .isBadInput(
            "test lacks class 'few' of the training set and has class 'new' that the training set has not");
  }
}
