package org.sscspark.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.train.Experiments;

/** Kind: tables and params as users have them, with one trained model. */
@ExtendWith(LocalSpark.class)
class TablesOfUsersTest {
  private static final int IMAGES = 20;

  @TempDir private static Path folder;
  private static SscClassificationModel trained;

  private static byte[] image(int seed) {
    return PlainPng.noise(8, 8, seed);
  }

  private static SscClassifier classifier() {
    return new SscClassifier()
        .setWorkDir(folder.resolve("work").toString())
        .setConfig(String.join("\n", Experiments.TINY))
        .setEpochs(1)
        .setEngine("lane");
  }

  private static Dataset<Row> table(
      JavaSparkContext spark, DataType label, List<?> labels, String... names) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(RowFactory.create(image(i), labels.get(i % labels.size()), "row-" + i));
    }
    StructType schema =
        new StructType()
            .add(names[0], DataTypes.BinaryType)
            .add(names[1], label)
            .add(names[2], DataTypes.StringType);
    return SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(rows, schema);
  }

  private static Dataset<Row> numbers(JavaSparkContext spark, String... names) {
    return table(spark, DataTypes.DoubleType, List.of(0.0, 1.0), names);
  }

  private static SscClassificationModel model(JavaSparkContext spark) {
    if (trained == null) {
      trained = classifier().fit(numbers(spark, "image", "label", "id"));
    }
    return trained;
  }

  @BeforeAll
  static void forget() {
    trained = null;
  }

  private static void assertRefused(SscClassifier classifier, Dataset<Row> table, String... words) {
    assertThatThrownBy(() -> classifier.fit(table))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(words)
        .doesNotContain("\n", "--");
  }

  /** Predictions are doubles, so labels that no double holds could not be told apart. */
  @Test
  void labelsThatAreNoDoublesAreRefusedBeforeTraining(JavaSparkContext spark) throws IOException {
    long whole = 1L << 53;
    for (List<Long> labels :
        List.of(List.of(whole, whole + 1), List.of(0L, Long.MAX_VALUE), List.of(-whole - 1, 3L))) {
      long lost = labels.get(0) == -whole - 1 ? labels.get(0) : labels.get(1);
      assertRefused(
          classifier().setWorkDir(folder.resolve("none").toString()),
          table(spark, DataTypes.LongType, labels, "image", "label", "id"),
          "Label " + lost + " of column 'label' is no number that a prediction, a double, can be",
          "StringIndexer");
    }
    assertThat(folder.resolve("none")).doesNotExist();
    SscClassificationModel model =
        classifier()
            .fit(table(spark, DataTypes.LongType, List.of(whole, 1L), "image", "label", "id"));
    assertThat(model.labels().values()).containsExactly(1.0, 0x1p53);
  }

  /** A number that the names in a column's metadata do not reach, on either side. */
  @Test
  void labelsBeyondTheirNamesAreNumbers(JavaSparkContext spark) {
    for (List<Double> labels : List.of(List.of(-1.0, 1.0), List.of(0.0, 2.0))) {
      Dataset<Row> table = table(spark, DataTypes.DoubleType, labels, "image", "label", "id");
      StructField named =
          NominalAttribute.defaultAttr()
              .withName("label")
              .withValues(new String[] {"cat", "dog"})
              .toStructField();
      Dataset<Row> indexed =
          table.withColumn("label", functions.col("label").as("label", named.metadata()));

      SscClassificationModel model = classifier().fit(indexed);

      assertThat(model.labels().values()).isEqualTo(labels);
      assertThat(model.transform(indexed).select("prediction").distinct().collectAsList())
          .allSatisfy(row -> assertThat(row.getDouble(0)).isIn(labels));
    }
  }

  @Test
  void keptRowsHaveVectorsThatEvaluatorsRead(JavaSparkContext spark) {
    SscClassificationModel model = model(spark);
    List<Row> rows = new ArrayList<>(numbers(spark, "image", "label", "id").collectAsList());
    rows.add(RowFactory.create(new byte[3], 1.0, "bad"));
    Dataset<Row> table =
        SparkSession.active()
            .createDataFrame(rows, numbers(spark, "image", "label", "id").schema());

    Dataset<Row> answers =
        model.copy(model.extractParamMap()).setHandleInvalid("keep").transform(table);

    Row bad = answers.filter("id = 'bad'").head();
    assertThat(bad.<Double>getAs("prediction")).isNaN();
    assertThat(bad.<Vector>getAs("probability").toArray()).containsExactly(Double.NaN, Double.NaN);
    assertThat(bad.<Vector>getAs("rawPrediction").toArray())
        .containsExactly(Double.NaN, Double.NaN);
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(answers);
    assertThat(accuracy).isBetween(0.0, 20.0 / 21);
    IndexToString names = new IndexToString().setInputCol("prediction").setOutputCol("name");
    assertThat(names.transform(answers).filter("id = 'bad'").head().<String>getAs("name"))
        .as("what the page warns of, and its remedy")
        .isEqualTo("0");
    assertThat(names.transform(answers.filter("not isnan(prediction)")).count()).isEqualTo(IMAGES);
  }

  /**
   * Kind: stages behind this one, which ask a vector's metadata for its length: evaluators of two
   * classes, and assemblers of tables that have no first row to look at.
   */
  @Test
  void vectorsSayHowLongTheyAre(JavaSparkContext spark) {
    SscClassificationModel model = model(spark);
    Dataset<Row> table = numbers(spark, "image", "label", "id");
    VectorAssembler both =
        new VectorAssembler()
            .setInputCols(new String[] {"rawPrediction", "probability"})
            .setOutputCol("both");
    for (Dataset<Row> rows : List.of(table, table.limit(0))) {
      Dataset<Row> answers = model.transform(rows);
      assertThat(answers.schema()).isEqualTo(model.transformSchema(rows.schema()));
      for (String column : List.of("rawPrediction", "probability")) {
        assertThat(AttributeGroup.fromStructField(answers.schema().apply(column)).size())
            .isEqualTo(2);
      }
      assertThat(
              AttributeGroup.fromStructField(both.transform(answers).schema().apply("both")).size())
          .isEqualTo(4);
    }
    BinaryClassificationEvaluator two = new BinaryClassificationEvaluator();
    assertThat(two.evaluate(model.transform(table))).isBetween(0.0, 1.0);
    Dataset<Row> threes =
        table(spark, DataTypes.DoubleType, List.of(0.0, 1.0, 2.0), "image", "label", "id");
    Dataset<Row> answers = classifier().fit(threes).transform(threes);
    assertThatThrownBy(() -> two.evaluate(answers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length=2, but got 3");
  }

  @Test
  void columnsOfOneNameAreKeptInTheirPlaces(JavaSparkContext spark) {
    SscClassificationModel model = model(spark);
    Dataset<Row> twice =
        numbers(spark, "image", "label", "id")
            .withColumn("other", functions.lit(7))
            .toDF("image", "a.`b", "x", "x");
    List<Row> plain =
        model
            .transform(numbers(spark, "image", "label", "id"))
            .select("prediction")
            .collectAsList();

    Dataset<Row> answers = model.transform(twice);

    assertThat(answers.columns())
        .containsExactly("image", "a.`b", "x", "x", "rawPrediction", "probability", "prediction");
    assertThat(answers.schema()).isEqualTo(model.transformSchema(twice.schema()));
    List<Row> rows = answers.collectAsList();
    assertThat(rows).allSatisfy(row -> assertThat(row.getInt(3)).isEqualTo(7));
    assertThat(rows.stream().map(row -> RowFactory.create(row.get(6))).toList()).isEqualTo(plain);
    Dataset<Row> images = numbers(spark, "image", "label", "image");
    assertThatThrownBy(() -> model.transform(images))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("The table has 2 columns 'image'");
  }

  /** Kind: a table without an end, of which no stage can look at the first row. */
  @Test
  void aStreamIsPredictedByAPipeline(JavaSparkContext spark) throws Exception {
    SscClassificationModel model = model(spark);
    Dataset<Row> table = numbers(spark, "image", "label", "id");
    table.write().parquet(folder.resolve("stream").toString());
    VectorAssembler features =
        new VectorAssembler()
            .setInputCols(new String[] {"probability", "label"})
            .setOutputCol("features");
    Dataset<Row> stream =
        table
            .sparkSession()
            .readStream()
            .schema(table.schema())
            .parquet(folder.resolve("stream").toString());

    features
        .transform(model.transform(stream))
        .writeStream()
        .format("memory")
        .queryName("answers")
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();

    assertThat(table.sparkSession().table("answers").sort("id").select("id", "features"))
        .extracting(Dataset::collectAsList)
        .isEqualTo(
            features
                .transform(model.transform(table))
                .sort("id")
                .select("id", "features")
                .collectAsList());
  }

  /** Kind: values of columns that are passed on, which Java's types of old cannot hold. */
  @Test
  void whatIsPassedOnIsNotTouched(JavaSparkContext spark) {
    SscClassificationModel model = model(spark);
    Dataset<Row> table = numbers(spark, "image", "label", "id");
    Map<String, String> values = new LinkedHashMap<>();
    values.put("day", "date_from_unix_date(-141427 - cast(label as int))");
    values.put("time", "timestamp_micros(-12219300000000001L - cast(label as long))");
    values.put("local", "timestamp_ntz'1582-10-10 01:02:03.456789'");
    values.put("early", "timestamp'0001-01-01 00:00:00'");
    values.put("text", "cast(unhex('4EFF00C328') as string)");
    values.put("list", "array(cast(unhex('FF') as string), null)");
    values.put("map", "map(cast(unhex('FE') as string), date'1582-10-10')");
    values.put("deep", "named_struct('a', array(named_struct('b', cast(unhex('FD') as string))))");
    values.put("none", "cast(null as string)");
    values.put("length", "interval '1-2' year to month");
    for (Map.Entry<String, String> value : values.entrySet()) {
      table = table.withColumn(value.getKey(), functions.expr(value.getValue()));
    }

    Dataset<Row> answers = model.transform(table);

    assertThat(answers.schema()).isEqualTo(model.transformSchema(table.schema()));
    String[] bytes = {
      "id",
      "unix_date(day)",
      "unix_micros(time)",
      "unix_micros(early)",
      "hex(text)",
      "hex(list[0])",
      "hex(map_keys(map)[0])",
      "unix_date(map_values(map)[0])",
      "hex(deep.a[0].b)"
    };
    assertThat(answers.selectExpr(bytes).collectAsList())
        .isEqualTo(table.selectExpr(bytes).collectAsList());
    assertThat(answers.select("local", "none", "length").collectAsList())
        .isEqualTo(table.select("local", "none", "length").collectAsList());
  }

  @Test
  void outputColumnsAreComparedAsTheSessionComparesNames(JavaSparkContext spark) {
    SscClassificationModel model = model(spark);
    Dataset<Row> other = numbers(spark, "image", "label", "PREDICTION");
    assertThatThrownBy(() -> model.transform(other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("The table has a column 'PREDICTION' already");
    SparkSession session = SparkSession.active();
    session.conf().set("spark.sql.caseSensitive", true);
    try {
      assertThat(model.transform(other).select("PREDICTION").count()).isEqualTo(IMAGES);
    } finally {
      session.conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void anyNameOfAColumnIsTrainedOn(JavaSparkContext spark) {
    Dataset<Row> ticks = numbers(spark, "im`age", "a.`b`", "`");
    SscClassificationModel model =
        classifier().setImageCol("im`age").setLabelCol("a.`b`").setIdCol("`").fit(ticks);
    assertThat(model.transform(ticks).count()).isEqualTo(IMAGES);
  }

  @Test
  void paramsThatCannotWorkAreNamed(JavaSparkContext spark) throws IOException {
    Dataset<Row> table = numbers(spark, "image", "label", "id");
    SscClassificationModel model = model(spark);
    assertThatThrownBy(() -> model.copy(model.extractParamMap()).setEngine("foo").transform(table))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("No engine is named foo");
    Path file = Files.writeString(folder.resolve("file"), "text");
    assertRefused(
        classifier().setWorkDir(file.toString()),
        table,
        "workDir is ",
        "/file is a file; set workDir to a folder");
    assertRefused(
        classifier().setWorkDir(file + "/below"),
        table,
        "workDir is ",
        "file/below, and ",
        "/file is a file");
    assertRefused(
        classifier().setImageSize(8).setImageShape("3x8x8"),
        table,
        "images are pixels of imageShape; leave out imageSize");
    Dataset<Row> failing =
        table.withColumn(
            "image",
            functions
                .udf(
                    (byte[] image) -> {
                      throw new BadInputException("The source is bad");
                    },
                    DataTypes.BinaryType)
                .apply(functions.col("image")));
    assertRefused(classifier(), failing, "The source is bad");
  }
}
