package org.sscspark.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.checkpoint.LogCapture;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageKinds;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.ParameterChoice;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.training.TrainingListener;

@ExtendWith(LocalSpark.class)
class SscClassifierTest {
  private static final String CONFIG = String.join("\n", Experiments.TINY);
  private static final int IMAGES = 33;

  @TempDir private static Path shared;
  private static Path images;

  @TempDir private Path folder;

  @BeforeAll
  static void writeImages() throws IOException {
    images = shared.resolve("images");
    for (int i = 0; i < IMAGES; i++) {
      RawFixtures.write(
          images.resolve(
              String.format(
                  Locale.ROOT, "%s/%03d.png", List.of("rom", "köln", "paris").get(i % 3), i)),
          image(i));
    }
  }

  private static byte[] image(int seed) {
    return PlainPng.noise(8, 8, seed);
  }

  private static SparkSession session(JavaSparkContext spark) {
    return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  private SscClassifier classifier() {
    return new SscClassifier()
        .setWorkDir(folder.resolve("work").toString())
        .setConfig(CONFIG)
        .setEngine("lane");
  }

  private static Dataset<Row> table(JavaSparkContext spark) {
    return session(spark)
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .load(images.toString())
        .withColumn(
            "label", functions.regexp_extract(functions.col("path"), "/images/([^/]+)/", 1));
  }

  private static Dataset<Row> rows(JavaSparkContext spark, DataType label, Object... labels) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(RowFactory.create(image(i), labels[i % labels.length], i));
    }
    return rows(spark, label, rows);
  }

  private static Dataset<Row> rows(JavaSparkContext spark, DataType label, List<Row> rows) {
    return session(spark)
        .createDataFrame(
            rows,
            new StructType()
                .add("image", DataTypes.BinaryType)
                .add("label", label)
                .add("n", DataTypes.IntegerType));
  }

  private List<String> work(String prefix) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("work"))) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    }
  }

  /** The oracle shards the folder without Spark and trains by the job of the command. */
  @Test
  void theSameImagesThroughShardAndTrainGiveTheSameParameters(JavaSparkContext spark)
      throws IOException {
    URI data = folder.resolve("data").toUri();
    LocalSharding.write(
        new Configuration(),
        RawFormat.IMAGE_FOLDER.open(new Configuration(), images.toUri(), ""),
        ShardingOptions.of("any", 1),
        data);
    URI run = folder.resolve("run").toUri();
    new TrainJob(spark, Experiments.tiny("engine=lane", "train.epochs=1"), data, Optional.empty())
        .run(run, Progress.SILENT, new TrainingListener() {});
    float[] expected =
        new CheckpointSearch(new Configuration(), CheckpointChoice.LAST, ParameterChoice.TRAINED)
            .find(run)
            .found()
            .get(0)
            .model()
            .state()
            .parameters();

    SscClassifier classifier = classifier().setImageCol("content").setIdCol("path").setEpochs(1);
    SscClassificationModel model = classifier.fit(table(spark));

    assertThat(model.trained().state().parameters()).isEqualTo(expected);
    assertThat(model.classes()).containsExactly("köln", "paris", "rom");
    Dataset<Row> shuffled = table(spark).repartition(5).sort(functions.rand(3));
    assertThat(classifier.fit(shuffled).trained().state().parameters()).isEqualTo(expected);
    assertThat(work("data-")).as("the same data are sharded once").hasSize(1);
    assertThat(work("run-")).hasSize(1);
    float[] other = classifier.setSeed(5).fit(shuffled).trained().state().parameters();
    assertThat(other).isNotEqualTo(expected);
    assertThat(work("data-")).hasSize(1);
    assertThat(work("run-")).hasSize(2);
    classifier.fit(table(spark).filter("not path like '%/000.png'"));
    assertThat(work("data-")).hasSize(2);
  }

  @Test
  void numbersArePredictedAsTheyAreAndNamesAreInTheMetadata(JavaSparkContext spark)
      throws IOException {
    Dataset<Row> numbers = rows(spark, DataTypes.DoubleType, 2.0, 5.0);
    SscClassificationModel model = classifier().setEpochs(1).fit(numbers);

    Dataset<Row> predicted = model.transform(numbers);

    assertThat(predicted.columns())
        .containsExactly("image", "label", "n", "rawPrediction", "probability", "prediction");
    assertThat(predicted.schema()).isEqualTo(model.transformSchema(numbers.schema()));
    List<Row> answers = predicted.collectAsList();
    assertThat(answers).hasSize(IMAGES);
    for (Row answer : answers) {
      Vector raw = answer.getAs("rawPrediction");
      Vector probability = answer.getAs("probability");
      assertThat(raw.size()).isEqualTo(2);
      assertThat(probability.apply(0) + probability.apply(1)).isEqualTo(1.0);
      assertThat(probability.argmax()).isEqualTo(raw.argmax());
      assertThat(answer.<Double>getAs("prediction")).isEqualTo(List.of(2.0, 5.0).get(raw.argmax()));
    }
    NominalAttribute attribute =
        (NominalAttribute) Attribute.fromStructField(predicted.schema().apply("prediction"));
    assertThat(attribute.values().get()).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(
            new IndexToString()
                .setInputCol("prediction")
                .setOutputCol("name")
                .transform(predicted)
                .select("name")
                .distinct()
                .collectAsList())
        .allSatisfy(row -> assertThat(row.getString(0)).isIn("2", "5"));
  }

  @Test
  void stringsArePredictedByTheirIndexAndOutputColumnsCanBeLeftOut(JavaSparkContext spark)
      throws IOException {
    Dataset<Row> names = rows(spark, DataTypes.StringType, "b", "a");
    SscClassificationModel model =
        classifier().setEpochs(1).setProbabilityCol("").setRawPredictionCol("raw").fit(names);

    Dataset<Row> predicted = model.transform(names);

    assertThat(predicted.columns()).containsExactly("image", "label", "n", "raw", "prediction");
    assertThat(predicted.select("prediction").distinct().collectAsList())
        .allSatisfy(row -> assertThat(row.getDouble(0)).isIn(0.0, 1.0));
    NominalAttribute attribute =
        (NominalAttribute) Attribute.fromStructField(predicted.schema().apply("prediction"));
    assertThat(attribute.values().get()).containsExactly("a", "b");
    assertThatThrownBy(() -> model.transform(predicted))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has a column 'raw' already");
  }

  /** Files, Spark's structs and pixels of the same images. */
  @Test
  void imagesOfAllKindsAreTheSameImages(JavaSparkContext spark) throws IOException {
    SscClassificationModel model =
        classifier().setEpochs(1).setImageCol("content").setIdCol("path").fit(table(spark));
    List<Row> expected =
        model.transform(table(spark)).orderBy("path").select("rawPrediction").collectAsList();
    Dataset<Row> structs =
        session(spark)
            .read()
            .format("image")
            .option("recursiveFileLookup", "true")
            .load(images.toString());
    assertThat(
            model
                .copy(new ParamMap().put(model.imageCol(), "image"))
                .transform(structs)
                .orderBy("image.origin")
                .select("rawPrediction")
                .collectAsList())
        .isEqualTo(expected);

    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(
          RowFactory.create(
              ImageDecoder.original().decode(image(i)).pixels(),
              List.of("rom", "köln", "paris").get(i % 3),
              i));
    }
    Dataset<Row> pixels = rows(spark, DataTypes.StringType, rows);
    SscClassificationModel ofPixels =
        classifier().setEpochs(1).setImageShape("3x8x8").setIdCol("n").fit(pixels);
    assertThat(ofPixels.trained().network()).isEqualTo(model.trained().network());
    List<Row> answers =
        model
            .copy(new ParamMap().put(model.imageCol(), "image").put(model.imageShape(), "3x8x8"))
            .transform(pixels.orderBy("label", "n"))
            .select("rawPrediction")
            .collectAsList();
    assertThat(answers).isEqualTo(expected);
  }

  /** Turned, CMYK, of 16 bits, with a palette and so on: as plain files of the same pixels. */
  @Test
  void everyKindOfFileIsUnderstood(JavaSparkContext spark) {
    List<Row> files = new ArrayList<>();
    List<Row> plain = new ArrayList<>();
    for (byte[] file : ImageKinds.all().values()) {
      int n = files.size();
      String label = n % 2 == 0 ? "köln" : "rom";
      files.add(RowFactory.create(file, label, n));
      plain.add(
          RowFactory.create(ImageKinds.plain(ImageDecoder.original().decode(file, "")), label, n));
    }
    Dataset<Row> table = rows(spark, DataTypes.StringType, files);
    Dataset<Row> same = rows(spark, DataTypes.StringType, plain);
    SscClassifier classifier = classifier().setEpochs(1).setIdCol("n").setImageSize(8);
    SscClassificationModel model = classifier.fit(table);
    assertThat(model.trained().state().parameters())
        .isEqualTo(
            classifier
                .setWorkDir(folder.resolve("plain").toString())
                .fit(same)
                .trained()
                .state()
                .parameters());
    assertThat(model.transform(table).orderBy("n").select("rawPrediction").collectAsList())
        .isEqualTo(model.transform(same).orderBy("n").select("rawPrediction").collectAsList());
  }

  /** Kinds of bad input, with the words that the command shard has for them, said of params. */
  @Test
  void badImagesAreNamedAllAtOnceOrLeftOut(JavaSparkContext spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(image(i), i % 2 == 0 ? "cat" : "dog", i));
    }
    rows.add(RowFactory.create("text".getBytes(StandardCharsets.UTF_8), "cat", 100));
    rows.add(RowFactory.create(new byte[0], "cat", 101));
    rows.add(RowFactory.create(Arrays.copyOf(image(1), 150), "dog", 102));
    rows.add(RowFactory.create(null, "dog", 103));
    rows.add(RowFactory.create(PlainPng.of(30_000, 30_000, 8, 2, new byte[9]), "dog", 104));
    Dataset<Row> table = rows(spark, DataTypes.StringType, rows);
    SscClassifier classifier = classifier().setEpochs(1).setIdCol("n").setImageSize(8);

    assertThatThrownBy(() -> classifier.fit(table))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(
            "5 images cannot be used: row '100' cannot be decoded (it is text",
            "row '101' cannot be decoded (it is empty)",
            "row '102' cannot be decoded (truncated PNG",
            "row '103' cannot be used (it is null)",
            "row '104' cannot be decoded (",
            "leave out what cannot be decoded with skipCorrupt")
        .doesNotContain("--");
    SscClassificationModel model = classifier.setSkipCorrupt(true).fit(table);
    assertThatThrownBy(() -> model.transform(table).collectAsList())
        .hasStackTraceContaining("The image of row '100' cannot be decoded (it is text")
        .hasStackTraceContaining("set handleInvalid to keep or skip such rows");
    assertThat(model.setHandleInvalid("skip").transform(table).count()).isEqualTo(20);
    List<Row> kept =
        model.setHandleInvalid("keep").transform(table).filter("n >= 100").collectAsList();
    assertThat(kept)
        .hasSize(5)
        .allSatisfy(
            row -> {
              assertThat(row.<Double>getAs("prediction")).isNaN();
              assertThat(row.<Vector>getAs("probability").toArray()).containsOnly(Double.NaN);
            });
  }

  /** A class of which nothing is left to learn from is named. */
  @Test
  void classesWithoutImagesAreWarnedOf(JavaSparkContext spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(image(i), i % 2 == 0 ? "cat" : "dog", i));
    }
    rows.add(RowFactory.create(new byte[3], "emu", 100));
    Dataset<Row> all = rows(spark, DataTypes.StringType, rows);
    Dataset<Row> indexed =
        new StringIndexer()
            .setInputCol("label")
            .setOutputCol("number")
            .setHandleInvalid("keep")
            .fit(all)
            .transform(all);
    SscClassifier classifier = classifier().setEpochs(1).setIdCol("n").setSkipCorrupt(true);
    try (LogCapture log = new LogCapture(WorkFolder.class)) {
      assertThat(classifier.fit(all).classes()).containsExactly("cat", "dog", "emu");
      assertThat(log.warnings())
          .contains("No image of class emu can be decoded, and all were left out");
    }
    try (LogCapture log = new LogCapture(SscClassifier.class)) {
      classifier.setLabelCol("number").fit(indexed);
      assertThat(log.warnings()).isEmpty();
      assertThat(classifier.fit(indexed.filter("n < 100")).classes()).containsExactly("cat", "dog");
      assertThat(log.warnings())
          .containsExactly(
              "No row has label emu of column 'number', so it is no class of the model");
    }
  }

  @Test
  void mistakesAreToldInOneLine(JavaSparkContext spark) {
    Dataset<Row> table = rows(spark, DataTypes.StringType, "a", "b");
    assertRefused(new SscClassifier(), table, "Set workDir to a folder");
    assertRefused(
        classifier().setConfig("train.epoch = 3"),
        table,
        "Unknown setting train.epoch (config: 1): did you mean 'epochs'?");
    assertRefused(
        classifier().setConfig("train.epochs = 2, train.stop-after = 1"),
        table,
        "train.stop-after pauses a run");
    assertThatThrownBy(
            () -> classifier().setConfig("metrics.listeners = [no.such.Listener]").fit(table))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("metrics.listeners names no.such.Listener");
    assertRefused(classifier().setDensity(7), table, "density = 7.0 must be above 0");
    assertRefused(
        classifier().setImageCol("imgae"),
        table,
        "no column 'imgae'; give its column of images with imageCol");
    assertRefused(classifier().setLabelCol("image"), table, "Label column 'image' is of type");
    assertRefused(classifier().setImageSize(8), table.limit(0), "image holds no images");
    assertRefused(
        classifier().setImageSize(100_000),
        table,
        "imageSize 100000: images can be made 1 to 5792 pixels high and wide");
    List<Row> sizes = new ArrayList<>(table.collectAsList());
    sizes.add(RowFactory.create(PlainPng.noise(9, 8, 1), "a", 99));
    assertRefused(
        classifier().setIdCol("n"),
        rows(spark, DataTypes.StringType, sizes),
        "row '99' is 9x8, but other images are 8x8; set imageSize to make them one size");
    assertThatThrownBy(() -> new SscClassifier().setHandleInvalid("drop"))
        .hasMessageContaining("handleInvalid");
    assertThatThrownBy(() -> new SscClassificationModel().transform(table))
        .hasMessageContaining("holds no network");
  }

  private static void assertRefused(SscClassifier classifier, Dataset<Row> table, String words) {
    assertThatThrownBy(() -> classifier.fit(table))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(words)
        .message()
        .doesNotContain("\n", "--");
  }

  @Test
  void estimatorsAreWrittenAndRead(JavaSparkContext spark) throws IOException {
    session(spark);
    SscClassifier classifier = classifier().setDensity(0.3).setEpochs(7).setSeed(9);
    String path = folder.resolve("estimator").toString();
    classifier.write().overwrite().save(path);

    SscClassifier read = SscClassifier.load(path);

    assertThat(read.uid()).isEqualTo(classifier.uid());
    assertThat(read.extractParamMap().toSeq().toSet())
        .isEqualTo(classifier.extractParamMap().toSeq().toSet());
  }

  @Test
  void sparkConnectFindsBothStages() {
    assertThat(ServiceLoader.load(Estimator.class)).hasAtLeastOneElementOfType(SscClassifier.class);
    assertThat(ServiceLoader.load(Transformer.class))
        .hasAtLeastOneElementOfType(SscClassificationModel.class);
  }
}
