package org.sscspark.spark.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageKinds;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import scala.collection.JavaConverters;

@ExtendWith(LocalSpark.class)
class TableSourceTest {
  private static final ShardingOptions OPTIONS = ShardingOptions.of("table", 5).withShards(3);
  private static final TableColumns COLUMNS = TableColumns.of("image", "label");
  private static final DatasetSource SOURCE = new DatasetSource("dataframe", "a test", "", "");

  @TempDir private Path folder;
  private int made;

  private DatasetManifest shard(Dataset<Row> table, TableColumns columns, ShardingOptions options)
      throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext());
    ShardingJob job =
        new ShardingJob(spark, TableSource.of(table, columns, SOURCE), Progress.SILENT);
    return job.write(job.plan(options), folder.resolve("out-" + made++).toUri());
  }

  private org.sscspark.data.Dataset last() {
    return org.sscspark.data.Dataset.open(
        new Configuration(), folder.resolve("out-" + (made - 1)).toUri());
  }

  private static SparkSession session(JavaSparkContext spark) {
    return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  private static StructType schema(DataType label, DataType id) {
    return new StructType().add("image", DataTypes.BinaryType).add("label", label).add("id", id);
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(PlainPng.noise(5, 4, i), i % 3 == 0 ? "dog" : "cat", i));
    }
    return rows;
  }

  private Path imageFolder(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawFixtures.write(
          folder.resolve(
              String.format(
                  Locale.ROOT,
                  "raw/%s/%s%03d.png",
                  i % 3 == 0 ? "dog" : "cat",
                  i % 5 == 0 ? "deep/" : "",
                  i)),
          PlainPng.noise(5, 4, i));
    }
    return folder.resolve("raw");
  }

  /** The same images give the same data set, bit for bit, as files and as a table. */
  @Test
  void aTableWithPathsIsTheImageFolder(JavaSparkContext spark) throws IOException {
    Path images = imageFolder(90);
    DatasetManifest expected =
        LocalSharding.write(
            new Configuration(),
            RawFormat.IMAGE_FOLDER.open(new Configuration(), images.toUri(), ""),
            OPTIONS,
            folder.resolve("expected").toUri());
    Dataset<Row> table =
        session(spark)
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .load(images.toString())
            .withColumn(
                "class", functions.regexp_extract(functions.col("path"), "/raw/([^/]+)/", 1));

    TableColumns columns = TableColumns.of("content", "class").withId("path");
    for (int partitions : new int[] {1, 4, 7}) {
      DatasetManifest manifest =
          shard(table.repartition(partitions).sort(functions.rand(partitions)), columns, OPTIONS);
      assertThat(manifest.shards()).isEqualTo(expected.shards());
      assertThat(manifest.classes()).isEqualTo(expected.classes());
    }
  }

  /** Classes come first, whatever the ids: numbers here, which are not in the order of texts. */
  @Test
  void idsAreInOrderWithinClasses(JavaSparkContext spark) throws IOException {
    for (int i = 0; i < 30; i++) {
      RawFixtures.write(
          folder.resolve(
              String.format(Locale.ROOT, "flat/%s/%03d.png", i % 3 == 0 ? "dog" : "cat", i)),
          PlainPng.noise(5, 4, i));
    }
    DatasetManifest expected =
        LocalSharding.write(
            new Configuration(),
            RawFormat.IMAGE_FOLDER.open(new Configuration(), folder.resolve("flat").toUri(), ""),
            OPTIONS,
            folder.resolve("expected").toUri());
    Dataset<Row> table =
        session(spark)
            .createDataFrame(rows(30), schema(DataTypes.StringType, DataTypes.IntegerType))
            .repartition(4);

    assertThat(shard(table, COLUMNS.withId("id"), OPTIONS).shards()).isEqualTo(expected.shards());
  }

  @Test
  void withoutIdsTheContentDecides(JavaSparkContext spark) throws IOException {
    List<Row> rows = rows(60);
    // The same row twice makes no difference to the order.
    rows.add(rows.get(7));
    StructType schema = schema(DataTypes.StringType, DataTypes.IntegerType);
    DatasetManifest first =
        shard(session(spark).createDataFrame(rows, schema).repartition(2), COLUMNS, OPTIONS);
    Collections.shuffle(rows, new Random(1));
    Dataset<Row> shuffled = session(spark).createDataFrame(rows, schema).repartition(5);

    assertThat(first.examples()).isEqualTo(61);
    assertThat(shard(shuffled, COLUMNS, OPTIONS)).isEqualTo(first);
  }

  @Test
  void numbersAreClassesInTheirOrder(JavaSparkContext spark) throws IOException {
    for (DataType type : List.of(DataTypes.DoubleType, DataTypes.IntegerType)) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int label = new int[] {10, 9, 100}[i % 3];
        rows.add(
            RowFactory.create(
                PlainPng.noise(5, 4, i),
                type.equals(DataTypes.DoubleType) ? (Object) (double) label : (Object) label,
                i));
      }

      DatasetManifest manifest =
          shard(
              session(spark).createDataFrame(rows, schema(type, DataTypes.IntegerType)),
              COLUMNS.withId("id"),
              OPTIONS);

      assertThat(manifest.classes()).containsExactly("9", "10", "100");
    }
  }

  @Test
  void readsPixelsOfAShape(JavaSparkContext spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(new byte[] {(byte) i, 1, 2, 3, 4, 5}, i % 2, i));
    }
    Dataset<Row> table =
        session(spark).createDataFrame(rows, schema(DataTypes.IntegerType, DataTypes.IntegerType));

    DatasetManifest manifest =
        shard(table, COLUMNS.withId("id").withPixels(new FeatureShape(1, 2, 3)), OPTIONS);

    assertThat(manifest.shape()).isEqualTo(new FeatureShape(1, 2, 3));
    assertThat(manifest.examples()).isEqualTo(20);
    rows.add(RowFactory.create(new byte[5], 1, 77));
    assertThatThrownBy(
            () ->
                shard(
                    session(spark)
                        .createDataFrame(
                            rows, schema(DataTypes.IntegerType, DataTypes.IntegerType)),
                    COLUMNS.withId("id").withPixels(new FeatureShape(1, 2, 3)),
                    OPTIONS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("row '77' cannot be used (it has 5 bytes, and its shape asks for 6)");
  }

  @Test
  void readsSparksImageStructs(JavaSparkContext spark) throws IOException {
    Path images = imageFolder(12);
    StructType image =
        new StructType()
            .add("origin", DataTypes.StringType)
            .add("height", DataTypes.IntegerType)
            .add("width", DataTypes.IntegerType)
            .add("nChannels", DataTypes.IntegerType)
            .add("mode", DataTypes.IntegerType)
            .add("data", DataTypes.BinaryType);
    StructType schema = new StructType().add("image", image).add("label", DataTypes.StringType);
    byte[] grey = {10, 20, 30, 40, 50, 60};
    byte[] bgr = new byte[18];
    byte[] bgra = new byte[24];
    for (int pixel = 0; pixel < 6; pixel++) {
      for (int band = 0; band < 3; band++) {
        bgr[3 * pixel + band] = (byte) (10 * pixel + band);
        bgra[4 * pixel + band] = (byte) (10 * pixel + band);
      }
    }
    List<Row> rows =
        List.of(
            RowFactory.create(RowFactory.create("a", 2, 3, 1, 0, grey), "grey"),
            RowFactory.create(RowFactory.create("b", 2, 3, 3, 16, bgr), "bgr"),
            RowFactory.create(RowFactory.create("c", 2, 3, 4, 24, bgra), "bgra"));

    shard(session(spark).createDataFrame(rows, schema), COLUMNS, OPTIONS.withShards(1));

    ImageBlock block = last().readShard(0);
    assertThat(block.shape()).isEqualTo(new FeatureShape(3, 2, 3));
    for (int n = 0; n < 3; n++) {
      byte[] pixels = java.util.Arrays.copyOfRange(block.pixels(), 18 * n, 18 * n + 18);
      if (last().manifest().classes().get(block.labels()[n]).equals("grey")) {
        assertThat(pixels).startsWith(10, 20, 30, 40, 50, 60, 10, 20);
      } else {
        assertThat(pixels).startsWith(2, 12, 22, 32, 42, 52, 1, 11).endsWith(30, 40, 50);
      }
    }
    Dataset<Row> read =
        session(spark)
            .read()
            .format("image")
            .option("recursiveFileLookup", "true")
            .load(images.toString())
            .withColumn("label", functions.lit("one"))
            .withColumn("path", functions.col("image.origin"));
    assertThat(shard(read, COLUMNS.withId("path"), OPTIONS.withShards(1)).examples()).isEqualTo(12);
  }

  /** Turned, CMYK, of 16 bits, with a palette and so on: the same images, and as many turned. */
  @Test
  void everyKindOfFileIsWhatItIsInAFolder(JavaSparkContext spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : ImageKinds.all().entrySet()) {
      String label = file.getKey().contains("e") ? "köln" : "rom";
      String path = "kinds/%s/%s".formatted(label, file.getKey());
      RawFixtures.write(folder.resolve(path), file.getValue());
      rows.add(RowFactory.create(file.getValue(), label, folder.resolve(path).toString()));
    }
    Dataset<Row> table =
        session(spark).createDataFrame(rows, schema(DataTypes.StringType, DataTypes.StringType));
    for (ImageOptions images :
        List.of(
            new ImageOptions(ImageEncoding.RAW, OptionalInt.of(8), false, ReadLimits.standard()),
            new ImageOptions(
                ImageEncoding.ENCODED, OptionalInt.empty(), false, ReadLimits.standard()))) {
      ShardingOptions options = OPTIONS.withImages(images);
      DatasetManifest expected =
          LocalSharding.write(
              new Configuration(),
              RawFormat.IMAGE_FOLDER.open(new Configuration(), folder.resolve("kinds").toUri(), ""),
              options,
              folder.resolve("expected-" + images.encoding()).toUri());
      DatasetManifest manifest = shard(table.repartition(3), COLUMNS.withId("id"), options);
      assertThat(manifest.shards()).isEqualTo(expected.shards());
      assertThat(manifest.classes()).containsExactly("köln", "rom");
      assertThat(manifest.reading()).isEqualTo(expected.reading());
      assertThat(manifest.reading().turned()).isEqualTo(14);
      assertThat(manifest.mean()).isEqualTo(expected.mean());
    }
  }

  @Test
  void badRowsAreNamedAllAtOnceOrLeftOut(JavaSparkContext spark) throws IOException {
    List<Row> rows = rows(30);
    rows.add(RowFactory.create("text".getBytes(StandardCharsets.UTF_8), "cat", 1000));
    rows.add(RowFactory.create(null, "cat", 1001));
    rows.add(RowFactory.create(PlainPng.noise(7, 4, 1), "dog", 1002));
    rows.add(RowFactory.create(new byte[0], "dog", 1003));
    rows.add(RowFactory.create("GIF89a...".getBytes(StandardCharsets.UTF_8), "dog", 1004));
    rows.add(RowFactory.create(PlainPng.of(30_000, 30_000, 8, 2, new byte[9]), "dog", 1005));
    Dataset<Row> table =
        session(spark).createDataFrame(rows, schema(DataTypes.StringType, DataTypes.IntegerType));
    TableColumns columns = COLUMNS.withId("id");

    assertThatThrownBy(() -> shard(table, columns, OPTIONS))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(
            "6 images cannot be used: ",
            "row '1000' cannot be decoded (it is text, neither JPEG, PNG nor BMP)",
            "row '1001' cannot be used (it is null)",
            "row '1002' is 7x4, but other images are 5x4",
            "row '1003' cannot be decoded (it is empty)",
            "row '1004' cannot be decoded (it is a GIF image",
            "row '1005' cannot be decoded (it is 30000x30000",
            "--skip-corrupt")
        .doesNotContain("\n");
    DatasetManifest manifest =
        shard(
            table,
            columns,
            OPTIONS.withImages(
                OPTIONS.images().withEncoding(ImageEncoding.ENCODED).skippingCorrupt()));
    assertThat(manifest.examples()).isEqualTo(31);
    assertThat(manifest.reading().leftOut()).isEqualTo(5);
    assertThat(manifest.sizes().maxWidth()).isEqualTo(7);
  }

  private void assertNamed(Dataset<Row> table, TableColumns columns, List<String> named)
      throws IOException {
    assertThatThrownBy(() -> shard(table, columns, OPTIONS.withShards(1)))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(named)
        .contains("replace or remove these rows")
        .doesNotContain("file,", "files,");
    shard(table, columns, OPTIONS.withShards(1).withImages(OPTIONS.images().skippingCorrupt()));
    assertThat(folder.resolve("out-%s/left-out.jsonl".formatted(made - 1)))
        .content()
        .contains(named.stream().map(one -> one.substring(0, one.indexOf(" cannot"))).toList());
  }

  /** Kind: a row named by what is left of it after it was refused. SHA-256 of abc is FIPS 180's. */
  @Test
  void aBadRowWithoutAnIdIsNamedByItsOwnChecksum(JavaSparkContext spark) throws IOException {
    String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    byte[] text = "abc".getBytes(StandardCharsets.UTF_8);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(RowFactory.create(new byte[] {(byte) i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, "a", i));
    }
    rows.add(RowFactory.create(text, "a", 6));
    rows.add(RowFactory.create(null, "b", 7));
    StructType schema = schema(DataTypes.StringType, DataTypes.IntegerType);
    rows.add(RowFactory.create(new byte[12], "b", 8));
    assertNamed(
        session(spark).createDataFrame(rows, schema),
        COLUMNS.withPixels(new FeatureShape(3, 2, 2)),
        List.of(
            "row of class 'a' whose image has SHA-256 %s cannot be used (it has 3 bytes, and its shape asks for 12)"
                .formatted(abc),
            "row of class 'b' whose image is null cannot be used (it is null)"));

    StructType image =
        new StructType()
            .add("height", DataTypes.IntegerType)
            .add("width", DataTypes.IntegerType)
            .add("nChannels", DataTypes.IntegerType)
            .add("mode", DataTypes.IntegerType)
            .add("data", DataTypes.BinaryType);
    List<Row> structs =
        List.of(
            RowFactory.create(RowFactory.create(2, 2, 3, 16, new byte[12]), "a"),
            RowFactory.create(RowFactory.create(2, 2, 3, 16, text), "a"),
            RowFactory.create(null, "a"));
    assertNamed(
        session(spark)
            .createDataFrame(
                structs, new StructType().add("image", image).add("label", DataTypes.StringType)),
        COLUMNS,
        List.of(
            "row of class 'a' whose pixels have SHA-256 %s cannot be used".formatted(abc),
            "row of class 'a' whose image is null cannot be used"));
  }

  /** Kind: texts that were written as Latin-1, which Java's strings would make one. */
  @Test
  void textsThatAreNoUtf8AreNamed(JavaSparkContext spark) {
    Dataset<Row> table =
        session(spark)
            .createDataFrame(rows(10), schema(DataTypes.StringType, DataTypes.IntegerType));
    String latin = "cast(if(id = 4, unhex('636166E9'), unhex('63616665')) as string)";
    Dataset<Row> labels = table.withColumn("label", functions.expr(latin));
    Dataset<Row> ids = table.withColumn("id", functions.expr("concat(%s, id)".formatted(latin)));
    for (TableColumns columns : List.of(COLUMNS, COLUMNS.withId("id"))) {
      assertThatThrownBy(() -> shard(labels, columns, OPTIONS))
          .hasStackTraceContaining("Label of the bytes 636166E9 is no UTF-8");
    }
    assertThatThrownBy(() -> shard(ids, COLUMNS.withId("id"), OPTIONS))
        .hasStackTraceContaining("Id of the bytes 636166E934 is no UTF-8");
  }

  @Test
  void rowsWithoutLabelAndIdsThatAreNoneAreNamed(JavaSparkContext spark) throws IOException {
    List<Row> rows = rows(10);
    rows.add(RowFactory.create(PlainPng.noise(5, 4, 1), null, 1000));
    StructType schema = schema(DataTypes.StringType, DataTypes.IntegerType);
    Dataset<Row> table = session(spark).createDataFrame(rows, schema);
    assertThatThrownBy(() -> shard(table, COLUMNS.withId("id"), OPTIONS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("1 rows have no label that is a name or a whole number, as ['1000']");

    rows.set(10, RowFactory.create(PlainPng.noise(5, 4, 1), "cat", 4));
    Dataset<Row> twice = session(spark).createDataFrame(rows, schema).repartition(3);
    assertThatThrownBy(() -> shard(twice, COLUMNS.withId("id"), OPTIONS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Id '4' is in the table twice; give an --id-column that tells rows");

    rows.set(10, RowFactory.create(PlainPng.noise(5, 4, 1), "dog", 4));
    Dataset<Row> doubled = session(spark).createDataFrame(rows, schema).repartition(3);
    assertThatThrownBy(() -> shard(doubled, COLUMNS.withId("id"), OPTIONS))
        .as("in another class")
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Id '4' is in the table twice; give an --id-column that tells rows");

    List<Row> halves = List.of(RowFactory.create(PlainPng.noise(5, 4, 1), 0.5, 3));
    Dataset<Row> half =
        session(spark).createDataFrame(halves, schema(DataTypes.DoubleType, DataTypes.IntegerType));
    assertThatThrownBy(() -> shard(half, COLUMNS, OPTIONS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no label that is a name or a whole number");
  }

  @Test
  void columnsAreCheckedBeforeAnythingIsRead(JavaSparkContext spark) {
    Dataset<Row> table =
        session(spark)
            .createDataFrame(rows(3), schema(DataTypes.StringType, DataTypes.IntegerType));

    assertThatThrownBy(() -> TableSource.of(table, TableColumns.of("imgae", "label"), SOURCE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "has no column 'imgae'; give its column of images with --image-column")
        .hasMessageContaining("did you mean 'image'?");
    assertThatThrownBy(() -> TableSource.of(table, TableColumns.of("label", "image"), SOURCE))
        .hasMessageContaining("Image column 'label' is of type string, expected binary values");
    assertThatThrownBy(() -> TableSource.of(table, TableColumns.of("image", "image"), SOURCE))
        .hasMessageContaining("Label column 'image' is of type binary, expected strings or whole");
  }

  /** Tasks of a local master share it with the test. */
  private static volatile boolean counted;

  /** Executors that leave take the sorted rows along, and the table is read once more. */
  @Test
  void aTableOfOtherRowsAfterTheCountIsRefused(JavaSparkContext spark) throws IOException {
    UDF1<Integer, Boolean> keep = id -> !counted || id != 3;
    Dataset<Row> table =
        session(spark)
            .createDataFrame(
                spark.parallelize(rows(40), 2), schema(DataTypes.StringType, DataTypes.IntegerType))
            .filter(
                functions
                    .udf(keep, DataTypes.BooleanType)
                    .asNondeterministic()
                    .apply(functions.col("id")));
    for (TableColumns columns : List.of(COLUMNS, COLUMNS.withId("id"))) {
      counted = false;
      ShardingJob job =
          new ShardingJob(spark, TableSource.of(table, columns, SOURCE), Progress.SILENT);
      ShardingPlan plan = job.plan(OPTIONS);
      counted = true;
      MapOutputTrackerMaster outputs = (MapOutputTrackerMaster) SparkEnv.get().mapOutputTracker();
      JavaConverters.mapAsJavaMap(outputs.shuffleStatuses())
          .keySet()
          .forEach(shuffle -> outputs.unregisterAllMapAndMergeOutput((int) shuffle));

      assertThatThrownBy(() -> job.write(plan, folder.resolve("out").toUri()))
          .hasStackTraceContaining(
              "Images of class 'dog' are gone since they were counted (1 in one part)");
      assertThat(folder.resolve("out")).doesNotExist();
    }
  }

  @Test
  void sourceIsWhatTheCallerSays(JavaSparkContext spark) throws IOException {
    Dataset<Row> table =
        session(spark)
            .createDataFrame(rows(40), schema(DataTypes.StringType, DataTypes.IntegerType));

    DatasetManifest manifest = shard(table, COLUMNS.withId("id"), OPTIONS);

    assertThat(manifest.source()).isEqualTo(new DatasetSource("dataframe", "a test", "", "all"));
    assertThat(last().manifest()).isEqualTo(manifest);
  }
}
