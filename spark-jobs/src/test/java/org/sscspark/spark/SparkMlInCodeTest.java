package org.sscspark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.Location;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.ml.SscClassificationModel;
import org.sscspark.spark.ml.SscClassifier;

/** What docs/spark-ml.md shows: it compiles, and does what the page says. */
@ExtendWith(LocalSpark.class)
class SparkMlInCodeTest {
  private static final List<String> CLASSES = List.of("apple", "leaf", "plum");
  private static final int[] COLOURS = {0xC02020, 0x20A030, 0x4030B0};
  private static final String RECIPE =
      """
      model.name = convnet
      train { epochs = 4, batch = 4, learning-rate = 0.02, schedule.kind = constant }
      averaging { workers = 2, frequency = 2 }
      """;

  @TempDir private static Path folder;
  private static Path photos;

  /** JPEG photographs of sizes of their own, noisy but of one colour a class. */
  @BeforeAll
  static void takePhotographs() throws IOException {
    photos = folder.resolve("photos");
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      BufferedImage image =
          new BufferedImage(
              20 + random.nextInt(20), 20 + random.nextInt(20), BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          image.setRGB(x, y, COLOURS[i % 3] ^ random.nextInt() & 0x0F0F0F);
        }
      }
      RawFixtures.write(
          photos.resolve(String.format(Locale.ROOT, "%s/%02d.jpg", CLASSES.get(i % 3), i)),
          RawFixtures.encode("jpeg", image));
    }
  }

  private static Dataset<Row> photos(SparkSession spark, String folder) {
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", "*.jpg")
        .load(folder)
        .withColumn("class", regexp_extract(col("path"), "/([^/]+)/[^/]+$", 1));
  }

  private static Pipeline pipeline(String recipe, String work) {
    StringIndexer labels =
        new StringIndexer()
            .setInputCol("class")
            .setOutputCol("label")
            .setStringOrderType("alphabetAsc");
    SscClassifier classifier =
        new SscClassifier()
            .setImageCol("content")
            .setIdCol("path")
            .setImageSize(16)
            .setDensity(0.3)
            .setConfig(recipe)
            .setWorkDir(work);
    return new Pipeline().setStages(new PipelineStage[] {labels, classifier});
  }

  private static double trainAndSave(
      Dataset<Row> training, Dataset<Row> test, Pipeline pipeline, String out) throws IOException {
    PipelineModel model = pipeline.fit(training);
    Dataset<Row> answers = model.transform(test);
    answers.select("path", "class", "probability", "prediction").show();
    model.write().overwrite().save(out);
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(answers);
  }

  private static CrossValidatorModel bestDensity(Dataset<Row> training, Pipeline pipeline) {
    SscClassifier classifier = (SscClassifier) pipeline.getStages()[1];
    ParamMap[] densities =
        new ParamGridBuilder().addGrid(classifier.density(), new double[] {0.2, 0.5}).build();
    return new CrossValidator()
        .setEstimator(pipeline)
        .setEstimatorParamMaps(densities)
        .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
        .setNumFolds(2)
        .setSeed(1)
        .fit(training);
  }

  @Test
  void aPipelineIsTrainedSavedAndReadElsewhere(JavaSparkContext spark)
      throws IOException, InterruptedException {
    SparkSession session = session(spark);
    Dataset<Row>[] parts =
        photos(session, photos.toString()).randomSplit(new double[] {0.7, 0.3}, 1);
    String out = folder.resolve("model").toString();

    double accuracy = trainAndSave(parts[0], parts[1], pipeline(RECIPE, work("pipeline")), out);

    assertThat(accuracy).isGreaterThan(0.9);
    PipelineModel read = PipelineModel.load(out);
    List<String> predictions = OtherJvm.predictions(read, photos(session, photos.toString()));
    assertThat(inAnotherJvm(out)).isEqualTo(predictions).hasSize(60);
    SscClassificationModel network = (SscClassificationModel) read.stages()[1];
    assertThat(network.classes()).isEqualTo(CLASSES);
    network.write().overwrite().save(folder.resolve("network").toString());
    Path checkpoints = folder.resolve("network/checkpoints");
    try (Stream<Path> found = Files.list(checkpoints)) {
      Path checkpoint = found.findFirst().orElseThrow();
      assertThat(
              new CheckpointSearch(new Configuration())
                  .one(Location.of(checkpoint.toString()))
                  .model()
                  .state()
                  .parameters())
          .isEqualTo(network.trained().state().parameters());
    }
  }

  /** Of files that the project may not hold: CIFAR-10's as JPEGs, a folder for each class. */
  @Test
  @EnabledIfSystemProperty(
      named = "sscspark.test.photographs",
      matches = ".+",
      disabledReason = "a folder of JPEGs of 32x32, with a folder for each class, is not given")
  void aFolderOfRealPhotographsIsLearned(JavaSparkContext spark) throws IOException {
    SparkSession session = session(spark);
    Dataset<Row>[] parts =
        photos(session, System.getProperty("sscspark.test.photographs"))
            .randomSplit(new double[] {0.8, 0.2}, 1);
    Pipeline pipeline =
        pipeline(
            "model.name = convnet, train { epochs = 6, batch = 32 }, averaging.workers = 2",
            work("photographs"));
    ((SscClassifier) pipeline.getStages()[1]).setImageSize(32);

    double accuracy =
        trainAndSave(parts[0], parts[1], pipeline, folder.resolve("learned").toString());

    long classes = parts[0].select("class").distinct().count();
    assertThat(accuracy).as("of %d classes", classes).isGreaterThan(3.0 / classes);
  }

  @Test
  void aCrossValidatorChoosesADensity(JavaSparkContext spark) throws IOException {
    SparkSession session = session(spark);

    CrossValidatorModel model =
        bestDensity(photos(session, photos.toString()), pipeline(RECIPE, work("validator")));

    assertThat(model.avgMetrics()).hasSize(2);
    try (Stream<Path> found = Files.list(Path.of(work("validator")))) {
      List<String> names = found.map(path -> path.getFileName().toString()).toList();
      assertThat(names.stream().filter(name -> name.startsWith("data-")))
          .as("two folds and the whole, whatever the density")
          .hasSize(3);
      assertThat(names.stream().filter(name -> name.startsWith("run-"))).hasSize(5);
    }
  }

  private static SparkSession session(JavaSparkContext spark) {
    SparkSession session =
        SparkSession.builder().sparkContext(spark.sc()).getOrCreate().newSession();
    // Two hundred tasks for sixty rows take their time.
    session.conf().set("spark.sql.shuffle.partitions", 2);
    return session;
  }

  private static String work(String name) {
    return folder.resolve("work-" + name).toString();
  }

  private static List<String> inAnotherJvm(String model) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-Djdk."))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            OtherJvm.class.getName(),
            model,
            photos.toString(),
            folder.resolve("predictions.txt").toString()));
    Path log = folder.resolve("other-jvm.log");
    int exitCode =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(exitCode).as(Files.readString(log)).isZero();
    return Files.readAllLines(folder.resolve("predictions.txt"));
  }

  /** Reads a pipeline in a JVM that has never seen it. */
  static final class OtherJvm {
    private OtherJvm() {}

    public static void main(String[] arguments) throws IOException {
      try (SparkSession session =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", false)
              .config("spark.sql.shuffle.partitions", 2)
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.driver.host", "localhost")
              .getOrCreate()) {
        Files.write(
            Path.of(arguments[2]),
            predictions(PipelineModel.load(arguments[0]), photos(session, arguments[1])));
      }
    }

    static List<String> predictions(PipelineModel model, Dataset<Row> photos) {
      return model
          .transform(photos)
          .orderBy("path")
          .select("path", "prediction", "probability")
          .toJSON()
          .collectAsList();
    }
  }

  @Test
  void thePageShowsThisVeryCode() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "spark-ml.md"));
    String compiled =
        code(
            Files.readString(
                Path.of("src", "test", "java")
                    .resolve(SparkMlInCodeTest.class.getName().replace('.', '/') + ".java")));
    String[] blocks = page.split("```java\n");
    assertThat(blocks).hasSizeGreaterThan(4);
    for (int block = 1; block < blocks.length; block++) {
      assertThat(compiled).contains(code(blocks[block].split("```")[0]));
    }
  }

  /** Without what formatting changes. */
  private static String code(String text) {
    return text.replaceAll("\\s", "");
  }
}
