package org.sscspark.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Normalization;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.exchange.PortableModel;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;

/** Kind: tables as users have them, predicted by an untrained network, in every format. */
@ExtendWith(LocalSpark.class)
class PredictTableTest {
  private static final NetworkSpec NETWORK =
      ModelZoo.network(new ModelSettings("convnet", 1), new FeatureShape(3, 8, 8), 2);

  @TempDir private Path folder;
  private int made;

  private static SparkSession session(JavaSparkContext spark) {
    return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  /** A table of an image and a value a row. */
  private Path table(JavaSparkContext spark, DataType image, DataType id, Row... rows) {
    Path table = folder.resolve("table-" + made++);
    StructType schema = new StructType().add("image", image).add("id", id);
    session(spark)
        .createDataFrame(List.of(rows), schema)
        .coalesce(1)
        .write()
        .parquet(table.toString());
    return table;
  }

  private Path tableOfIds(JavaSparkContext spark, DataType type, Object... ids) {
    return table(
        spark,
        DataTypes.BinaryType,
        type,
        Arrays.stream(ids)
            .map(id -> RowFactory.create(PlainPng.noise(8, 8, 1), id))
            .toArray(Row[]::new));
  }

  private static PredictInput find(Path table) {
    return PredictInput.find(
        new Configuration(), table.toUri(), NETWORK, ReadLimits.standard(), Optional.empty());
  }

  private static List<String> ids(JavaSparkContext spark, Path table) {
    return find(table).open(session(spark)).map(RawRecord::where).collect();
  }

  private Path predict(JavaSparkContext spark, Path table, TableFormat format, String... classes)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out-" + made++);
    PortableModel model =
        new PortableModel(
            NETWORK,
            Initialization.parameters(NETWORK, FanIn.DENSE, 1),
            List.of(classes),
            Normalization.unit(3));
    new PredictJob(model, EngineSettings.named("nd4j"), find(table), 2, format, out.toUri())
        .run(session(spark), Progress.SILENT);
    return out;
  }

  private static String text(Path out) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> parts = Files.list(out)) {
      for (Path part :
          parts.filter(path -> path.getFileName().toString().startsWith("part-")).toList()) {
        text.append(Files.readString(part));
      }
    }
    return text.toString();
  }

  @Test
  void idsOfEveryTypeAreTheirText(JavaSparkContext spark) {
    assertThat(ids(spark, tableOfIds(spark, DataTypes.StringType, " x ", "", null)))
        .containsExactly(" x ", "", null);
    assertThat(ids(spark, tableOfIds(spark, DataTypes.LongType, Long.MIN_VALUE, null)))
        .containsExactly("-9223372036854775808", null);
    assertThat(ids(spark, tableOfIds(spark, DataTypes.ByteType, (byte) -1))).containsExactly("-1");
    assertThat(ids(spark, tableOfIds(spark, DataTypes.DoubleType, 0.1))).containsExactly("0.1");
    assertThat(ids(spark, tableOfIds(spark, DataTypes.BooleanType, true))).containsExactly("true");
    assertThat(ids(spark, tableOfIds(spark, DataTypes.DateType, Date.valueOf("2026-01-31"))))
        .containsExactly("2026-01-31");
    assertThat(
            ids(
                spark,
                tableOfIds(
                    spark,
                    DataTypes.TimestampType,
                    Timestamp.valueOf("2026-01-31 12:00:00.123456"))))
        .containsExactly("2026-01-31 12:00:00.123456");
    assertThat(
            ids(
                spark,
                tableOfIds(
                    spark,
                    DataTypes.createDecimalType(20, 0),
                    new BigDecimal("18446744073709551615"))))
        .containsExactly("18446744073709551615");
  }

  /** Kind: texts that were written as Latin-1, which Java's strings would make one. */
  @Test
  void idsThatAreNoUtf8AreRefused(JavaSparkContext spark) {
    Path table = folder.resolve("latin");
    session(spark)
        .read()
        .parquet(tableOfIds(spark, DataTypes.StringType, "a").toString())
        .withColumn("id", functions.expr("cast(unhex('636166E9') as string)"))
        .write()
        .parquet(table.toString());
    assertThatThrownBy(() -> ids(spark, table))
        .hasStackTraceContaining("Id of the bytes 636166E9 is no UTF-8");
  }

  /** Java's words for such values say nothing of them, and other things in every run. */
  @Test
  void idsThatAreNoTextsAreRefused(JavaSparkContext spark) {
    StructType struct = new StructType().add("a", DataTypes.StringType);
    Map<DataType, Object> values =
        Map.of(
            DataTypes.BinaryType,
            "id".getBytes(StandardCharsets.UTF_8),
            struct,
            RowFactory.create("id"),
            DataTypes.createArrayType(DataTypes.StringType),
            List.of("id"),
            DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType),
            Map.of("i", "d"));
    values.forEach(
        (type, value) -> {
          Path table = tableOfIds(spark, type, value);
          assertThatThrownBy(() -> ids(spark, table))
              .isInstanceOf(BadInputException.class)
              .hasMessage(
                  "Id column 'id' is of type %s, expected strings, numbers, dates or times; give another with --id-column",
                  type.simpleString());
        });
  }

  @Test
  void aNullIdIsNullInEveryFormat(JavaSparkContext spark) throws Exception {
    Path table = tableOfIds(spark, DataTypes.StringType, "null", null, "");

    Dataset<Row> parquet =
        session(spark)
            .read()
            .parquet(predict(spark, table, TableFormat.PARQUET, "a", "b").toString());
    assertThat(parquet.collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("null", null, "");
    assertThat(text(predict(spark, table, TableFormat.JSON, "a", "b")).lines())
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .containsExactly("{\"id\":\"null\"", "{\"id\":null", "{\"id\":\"\"");
    assertThat(text(predict(spark, table, TableFormat.CSV, "a", "b")).lines().skip(1))
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .containsExactly("null", "", "\"\"");
  }

  /** Kind: texts that a writer of CSV may trim, quote badly or leave out; read by RFC 4180. */
  @Test
  void csvKeepsEveryText(JavaSparkContext spark) throws Exception {
    String[] ids = {
      " x ",
      "\t",
      " ",
      "a,b",
      "say \"hi\"",
      "\"",
      "\"\"",
      "\\",
      "\\\"",
      "a\nb",
      "a\r\nb",
      "\r",
      "#x",
      "\u0000",
      "'",
      "köln\u00a0",
      "\u2028",
      ""
    };
    String[] classes = {" a", "b,\n\"c\" "};
    Path table = tableOfIds(spark, DataTypes.StringType, (Object[]) ids);

    Path out = predict(spark, table, TableFormat.CSV, classes);

    List<List<String>> records = records(text(out));
    assertThat(records.get(0))
        .containsExactly("id", "label", "probability", "label2", "probability2", "error");
    List<List<String>> rows = records.subList(1, records.size());
    assertThat(rows).extracting(row -> row.get(0)).containsExactly(ids);
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(List.of(row.get(1), row.get(3))).containsExactlyInAnyOrder(classes));
    List<Row> read =
        session(spark)
            .read()
            .option("header", true)
            .option("escape", "\"")
            .option("multiLine", true)
            .option("nullValue", "none")
            .csv(out.toString())
            .collectAsList();
    assertThat(read).extracting(row -> row.getString(0)).containsExactly(ids);
  }

  private static StructType struct(DataType height, DataType data) {
    return new StructType()
        .add("height", height)
        .add("width", DataTypes.ShortType)
        .add("nChannels", DataTypes.IntegerType)
        .add("mode", DataTypes.IntegerType)
        .add("data", data);
  }

  /** Kind: Spark's image structs as other programs write them, with holes and wider numbers. */
  @Test
  void structsWithoutAnImageAreRowsWithAnError(JavaSparkContext spark) throws Exception {
    StructType struct = struct(DataTypes.LongType, DataTypes.BinaryType);
    byte[] data = new byte[192];
    Path table =
        table(
            spark,
            struct,
            DataTypes.StringType,
            RowFactory.create(RowFactory.create(8L, (short) 8, 3, 16, data), "fine"),
            RowFactory.create(RowFactory.create(null, (short) 8, 3, 16, data), "height"),
            RowFactory.create(RowFactory.create(8L, null, 3, 16, data), "width"),
            RowFactory.create(RowFactory.create(8L, (short) 8, null, 16, data), "channels"),
            RowFactory.create(RowFactory.create(8L, (short) 8, 3, null, data), "mode"),
            RowFactory.create(RowFactory.create(8L, (short) 8, 3, 16, null), "data"),
            RowFactory.create(RowFactory.create(1L << 32, (short) 8, 3, 16, new byte[0]), "long"),
            RowFactory.create(RowFactory.create(-1L, (short) -1, -1, -1, new byte[0]), "bad"),
            RowFactory.create(null, "null"));

    List<Row> rows =
        session(spark)
            .read()
            .parquet(predict(spark, table, TableFormat.PARQUET, "a", "b").toString())
            .collectAsList();

    assertThat(rows.get(0).<String>getAs("error")).isNull();
    assertThat(rows.subList(1, rows.size()))
        .extracting(row -> row.getAs("id") + ": " + row.getAs("error"))
        .containsExactly(
            "height: cannot be used (its height is null)",
            "width: cannot be used (its width is null)",
            "channels: cannot be used (its nChannels is null)",
            "mode: cannot be used (its mode is null)",
            "data: cannot be used (Spark could not decode it)",
            "long: cannot be used (it has 0 bytes of pixels, not 4294967296x8x3)",
            "bad: cannot be used (Spark could not decode it)",
            "null: cannot be used (it is null)");
  }

  @Test
  void structsOfOtherTypesAreRefusedBeforeTheyAreRead(JavaSparkContext spark) {
    byte[] data = new byte[192];
    Path doubles =
        table(
            spark,
            struct(DataTypes.DoubleType, DataTypes.BinaryType),
            DataTypes.StringType,
            RowFactory.create(RowFactory.create(8.0, (short) 8, 3, 16, data), "a"));
    Path texts =
        table(
            spark,
            struct(DataTypes.IntegerType, DataTypes.StringType),
            DataTypes.StringType,
            RowFactory.create(RowFactory.create(8, (short) 8, 3, 16, "data"), "a"));
    for (Path table : List.of(doubles, texts)) {
      assertThatThrownBy(() -> ids(spark, table))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll(
              "Image column 'image' is of type struct<height:",
              "expected Spark's image struct: whole numbers height, width, nChannels, mode and binary data");
    }
  }

  /** The records of a CSV file as RFC 4180 says it. */
  private static List<List<String>> records(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        boolean doubled = c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
        if (c != '"' || doubled) {
          field.append(c);
          i += doubled ? 1 : 0;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        record.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          records.add(record);
          record = new ArrayList<>();
        }
      } else {
        field.append(c);
      }
    }
    return records;
  }
}
