package org.sscspark.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.OnnxForm;
import org.sscspark.report.NetworkArrays;
import org.sscspark.report.NumpyArchive;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.watch.RunListener;
import org.sscspark.spark.watch.WatchedRun;
import org.sscspark.training.TrainingState;

/**
 * Kind: fits that share a work folder. What must tell them apart, what they share while they run at
 * once, and what becomes of a fit whose folder was damaged or whose table is another one each time.
 */
@ExtendWith(LocalSpark.class)
class SharedWorkFolderTest {
  private static final int IMAGES = 24;

  /** Rows that have been read; tasks of a local master share it with the test. */
  private static final AtomicInteger READ = new AtomicInteger();

  /** What happens when the rows are read a second time. */
  private static Runnable atSecondReading = () -> {};

  @TempDir private Path folder;

  private SscClassifier classifier(String work) {
    return new SscClassifier()
        .setWorkDir(folder.resolve(work).toString())
        .setConfig(String.join("\n", Experiments.TINY))
        .setEpochs(1)
        .setEngine("lane");
  }

  private SscClassifier classifier() {
    return classifier("work");
  }

  /** Images with a number in a column n, and labels n mod classes as strings. */
  private static Dataset<Row> table(JavaSparkContext spark, int classes) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(
          RowFactory.create(
              PlainPng.noise(8, 8, i), Integer.toString(i % classes), Integer.toString(i)));
    }
    return SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(
            rows,
            new StructType()
                .add("image", DataTypes.BinaryType)
                .add("label", DataTypes.StringType)
                .add("n", DataTypes.StringType));
  }

  private static Dataset<Row> with(Dataset<Row> table, String column, String type) {
    return table.withColumn(column, functions.col(column).cast(type));
  }

  private static float[] parameters(SscClassificationModel model) {
    return model.trained().state().parameters();
  }

  private List<Path> work(String prefix) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("work"))) {
      return found.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static void copy(Path from, Path to) {
    try {
      FileSystem local = FileSystem.getLocal(new Configuration()).getRaw();
      org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(to.toUri());
      local.delete(target, /* recursive= */ true);
      FileUtil.copy(
          local,
          new org.apache.hadoop.fs.Path(from.toUri()),
          local,
          target,
          /* deleteSource= */ false,
          new Configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Strings are in another order than the numbers that they look like. */
  @Test
  void labelsOfAnotherTypeAreOtherData(JavaSparkContext spark) {
    Dataset<Row> strings = table(spark, 12);
    assertThat(classifier().fit(strings).classes())
        .containsExactly("0", "1", "10", "11", "2", "3", "4", "5", "6", "7", "8", "9");
    Dataset<Row> numbers = with(strings, "label", "int");
    assertThat(classifier().fit(numbers).classes())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
  }

  @Test
  void idsOfAnotherTypeAreOtherData(JavaSparkContext spark) {
    Dataset<Row> strings = table(spark, 2);
    Dataset<Row> numbers = with(strings, "n", "long");
    float[] byName = parameters(classifier().setIdCol("n").fit(strings));
    float[] byNumber = parameters(classifier().setIdCol("n").fit(numbers));
    assertThat(byNumber)
        .isEqualTo(parameters(classifier("apart").setIdCol("n").fit(numbers)))
        .isNotEqualTo(byName);
  }

  /** Kind: the same bytes, read as images of another shape. */
  @Test
  void pixelsOfAnotherShapeAreAnotherFit(JavaSparkContext spark) {
    UDF1<byte[], byte[]> decode = file -> ImageDecoder.original().decode(file, "an image").pixels();
    Dataset<Row> pixels =
        table(spark, 2)
            .withColumn(
                "image", functions.udf(decode, DataTypes.BinaryType).apply(functions.col("image")));
    for (String shape : List.of("3x8x8", "3x4x16", "3x16x4")) {
      assertThat(classifier().setIdCol("n").setImageShape(shape).fit(pixels).trained().network())
          .extracting(network -> network.input().toString())
          .isEqualTo(shape);
    }
  }

  private interface Writer {
    void write(SscClassificationModel model, Path run, Path to) throws IOException;
  }

  private static void onnx(SscClassificationModel model, Path run, Path to) throws IOException {
    try (OutputStream out = Files.newOutputStream(to)) {
      OnnxFile.write(model.trained().portable(), OnnxForm.DEFAULT, out);
    }
  }

  private static void npz(SscClassificationModel model, Path run, Path to) throws IOException {
    SavedModel saved = model.trained();
    try (NumpyArchive archive = new NumpyArchive(Files.newOutputStream(to))) {
      NetworkArrays.add(archive, saved.network(), saved.state().parameters());
    }
  }

  private static void run(SscClassificationModel model, Path run, Path to) {
    copy(run, to);
  }

  /** A file of one name, of which others may be made: whatever kind it is. */
  @Test
  void otherWeightsOfOneNameAreAnotherStart(JavaSparkContext spark) throws IOException {
    Dataset<Row> table = table(spark, 2);
    SscClassificationModel one = classifier("one").setMethod("dense").setSeed(11).fit(table);
    SscClassificationModel two = classifier("two").setMethod("dense").setSeed(12).fit(table);
    Path runOfOne = onlyRun("one");
    Path runOfTwo = onlyRun("two");
    List<Writer> kinds =
        List.of(SharedWorkFolderTest::onnx, SharedWorkFolderTest::npz, SharedWorkFolderTest::run);
    List<String> names = List.of("base.onnx", "base.npz", "base");
    for (int kind = 0; kind < kinds.size(); kind++) {
      Path base = folder.resolve(names.get(kind));
      int runs = kind == 0 ? 0 : work("run-").size();
      kinds.get(kind).write(one, runOfOne, base);
      float[] fromOne = parameters(from(base, "work").fit(table));
      kinds.get(kind).write(two, runOfTwo, base);
      float[] fromTwo = parameters(from(base, "work").fit(table));
      assertThat(fromTwo)
          .as(names.get(kind))
          .isNotEqualTo(fromOne)
          .isEqualTo(parameters(from(base, "apart").fit(table)));
      kinds.get(kind).write(one, runOfOne, base);
      assertThat(parameters(from(base, "work").fit(table))).isEqualTo(fromOne);
      assertThat(work("run-")).as("the first is found complete").hasSize(runs + 2);
    }
  }

  /** Kind: what decides a run's bits and no setting says: as many workers as there are slots. */
  @Test
  void fitsOfOtherNumbersOfWorkersAreOtherRuns(JavaSparkContext spark) throws IOException {
    Dataset<Row> table = table(spark, 2);
    int slots = TaskSlots.count(spark);
    float[] open =
        parameters(
            classifier()
                .setConfig(String.join("\n", Experiments.TINY) + "\naveraging.workers=null")
                .fit(table));
    assertThat(parameters(classifier().setWorkers(slots).fit(table))).isEqualTo(open);
    assertThat(work("run-")).as("the first is found complete").hasSize(1);
    assertThat(parameters(classifier().setWorkers(slots + 1).fit(table))).isNotEqualTo(open);
    assertThat(work("run-")).hasSize(2);
  }

  private Path onlyRun(String work) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve(work))) {
      return found
          .filter(path -> path.getFileName().toString().startsWith("run-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private SscClassifier from(Path base, String work) {
    return classifier(work)
        .setMethod("dense")
        .setConfig(String.join("\n", Experiments.TINY) + "\nfrom=\"" + base.toUri() + "\"");
  }

  private static void damage(Path checkpoint) throws IOException {
    Files.write(checkpoint.resolve("state.bin"), new byte[7]);
  }

  /** A complete run is not trained again, and what it has left may not be what it ended with. */
  @Test
  void aDamagedLastCheckpointIsNamedAndAnEarlierOneIsNoAnswer(JavaSparkContext spark)
      throws IOException {
    Dataset<Row> table = table(spark, 2);
    float[] expected = parameters(classifier().setEpochs(2).fit(table));
    Path run = work("run-").get(0);
    List<Path> checkpoints;
    try (Stream<Path> found = Files.list(run.resolve("checkpoints"))) {
      checkpoints = found.sorted().toList();
    }
    assertThat(checkpoints).hasSizeGreaterThan(1);
    Path last = checkpoints.get(checkpoints.size() - 1);
    damage(last);

    assertThatThrownBy(() -> classifier().setEpochs(2).fit(table))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(last.getFileName().toString(), "remove ", "result.json", "fit")
        .doesNotContain("\n", "'train'");
    for (Path checkpoint : checkpoints) {
      damage(checkpoint);
    }
    assertThatThrownBy(() -> classifier().setEpochs(2).fit(table))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(last.getFileName().toString(), "remove ", "result.json", "fit")
        .doesNotContain("\n", "'train'");
    Files.delete(run.resolve("result.json"));
    assertThat(parameters(classifier().setEpochs(2).fit(table))).isEqualTo(expected);
  }

  /** Points of a grid that differ in another stage are one fit of the network. */
  @Test
  void fitsOfOneTableAtOnceTrainOneRun(JavaSparkContext spark) throws IOException {
    SscClassifier network =
        classifier().setProbabilityCol("features").setRawPredictionCol("").setPredictionCol("");
    LogisticRegression regression = new LogisticRegression().setMaxIter(3);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(regression.regParam(), new double[] {0.0, 0.1, 0.2}).build();
    new TrainValidationSplit()
        .setEstimator(new Pipeline().setStages(new PipelineStage[] {network, regression}))
        .setEstimatorParamMaps(grid)
        .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
        .setSeed(1)
        .setParallelism(3)
        .fit(with(table(spark, 2), "label", "double"));

    assertThat(work("data-")).as("of the split and of all").hasSize(2);
    assertThat(work("run-")).hasSize(2);
  }

  /** Does as another application that writes to the run's folder. */
  public static final class Intruder implements RunListener {
    private Path run;

    /** As settings make it. */
    public Intruder() {}

    @Override
    public void onRun(WatchedRun watched) {
      run = Path.of(watched.folder());
    }

    @Override
    public void onStart(TrainingState start) {
      try {
        Files.createDirectories(run.resolve("checkpoints/round-00000002/theirs"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void anotherApplicationsCheckpointsAreToldInOneLine(JavaSparkContext spark) {
    SscClassifier intruded =
        classifier()
            .setConfig(
                String.join("\n", Experiments.TINY)
                    + "\nmetrics.listeners=[\""
                    + Intruder.class.getName()
                    + "\"]");
    assertThatThrownBy(() -> intruded.fit(table(spark, 2)))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains("Another application", "run-", "fit again", "workDir")
        .doesNotContain("\n");
  }

  private static Dataset<Row> seen(Dataset<Row> table, boolean shrinking) {
    READ.set(0);
    UDF1<String, Boolean> keep =
        n -> {
          boolean first = READ.incrementAndGet() <= IMAGES;
          if (!first) {
            atSecondReading.run();
          }
          return first || !shrinking || !n.equals("3");
        };
    Column column =
        functions.udf(keep, DataTypes.BooleanType).asNondeterministic().apply(functions.col("n"));
    // Of local rows the driver would filter once what tasks read.
    return table.repartition(2).filter(column);
  }

  /** The other application is done between the look at the folder and the writing. */
  @Test
  void aDataSetThatAnotherApplicationMadeMeanwhileIsTaken(JavaSparkContext spark)
      throws IOException {
    Dataset<Row> table = table(spark, 2);
    float[] expected = parameters(classifier("theirs").fit(table));
    Path theirs;
    try (Stream<Path> found = Files.list(folder.resolve("theirs"))) {
      theirs =
          found
              .filter(path -> path.getFileName().toString().startsWith("data-"))
              .findFirst()
              .orElseThrow();
    }
    Path ours = folder.resolve("work").resolve(theirs.getFileName());
    atSecondReading =
        () -> {
          synchronized (READ) {
            if (!Files.exists(ours)) {
              copy(theirs, ours);
            }
          }
        };
    try {
      assertThat(parameters(classifier().fit(seen(table, /* shrinking= */ false))))
          .isEqualTo(expected);
    } finally {
      atSecondReading = () -> {};
    }
    assertThat(work("data-")).containsExactly(ours);
  }

  /** As one of a filter by random numbers, or of a function that is no function. */
  @Test
  void aTableOfOtherRowsAtEachReadingIsRefused(JavaSparkContext spark) {
    assertThatThrownBy(() -> classifier().fit(seen(table(spark, 2), /* shrinking= */ true)))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains("gave 24 rows", "then 23", "cache()")
        .doesNotContain("\n");
    assertThat(folder.resolve("work")).doesNotExist();
  }
}
