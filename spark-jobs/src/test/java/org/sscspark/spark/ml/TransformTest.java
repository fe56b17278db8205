package org.sscspark.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
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
import org.sscspark.config.Location;
import org.sscspark.data.ReadLimits;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.evaluate.ModelSource;
import org.sscspark.spark.evaluate.ParameterChoice;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.spark.predict.PredictColumns;
import org.sscspark.spark.predict.PredictInput;
import org.sscspark.spark.predict.PredictJob;
import org.sscspark.spark.predict.TableFormat;
import org.sscspark.spark.train.Experiments;
import org.sscspark.training.TrainingState;

/** Kind: what a model computes with, on tables of pixels in any partitions, saved or not. */
@ExtendWith(LocalSpark.class)
class TransformTest {
  private static final int IMAGES = 20;
  private static final String SHAPE = "3x8x8";
  private static final String ENGINE = "engine=nd4j\n";
  private static final String CONFIG = String.join("\n", Experiments.TINY).replace(ENGINE, "");

  @TempDir private static Path folder;

  private static SscClassifier classifier(String config) {
    return new SscClassifier()
        .setWorkDir(folder.resolve("work").toString())
        .setConfig(config)
        .setEpochs(1)
        .setImageShape(SHAPE)
        .setIdCol("id");
  }

  private static Dataset<Row> table(JavaSparkContext spark, DataType type, Object... labels) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] pixels = new byte[3 * 8 * 8];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = (byte) (31 * i * i + 7 * k * (i + 1));
      }
      rows.add(RowFactory.create(pixels, labels[i % labels.length], "row-" + i));
    }
    return SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(
            rows,
            new StructType()
                .add("image", DataTypes.BinaryType)
                .add("label", type)
                .add("id", DataTypes.StringType));
  }

  private static List<Row> sorted(Dataset<Row> answers) {
    return answers.sort("id").drop("image").collectAsList();
  }

  /** Kind: labels that are not 0, 1, ... and params that are not as at first. */
  @Test
  void aModelIsTheSameWhenReadAgain(JavaSparkContext spark) throws IOException {
    List<Dataset<Row>> tables =
        List.of(
            table(spark, DataTypes.IntegerType, 3, 7),
            table(spark, DataTypes.DoubleType, -1.0, 1.0),
            table(spark, DataTypes.StringType, "köln", "rom"));
    for (Dataset<Row> table : tables) {
      String path = folder.resolve("model-" + tables.indexOf(table)).toString();
      SscClassificationModel model =
          classifier(CONFIG)
              .fit(table)
              .setEngine("lane")
              .setHandleInvalid("skip")
              .setProbabilityCol("")
              .setPredictionCol("class");
      model.write().save(path);

      SscClassificationModel read = SscClassificationModel.load(path);

      assertThat(read.extractParamMap().toSeq().toSet())
          .isEqualTo(model.extractParamMap().toSeq().toSet());
      assertThat(read.labels()).isEqualTo(model.labels());
      assertThat(read.classes()).isEqualTo(model.classes());
      Dataset<Row> answers = read.transform(table);
      assertThat(answers.columns())
          .containsExactly("image", "label", "id", "rawPrediction", "class");
      assertThat(answers.schema()).isEqualTo(model.transform(table).schema());
      assertThat(sorted(answers)).isEqualTo(sorted(model.transform(table)));
      Dataset<Row> bad = table.withColumn("image", functions.expr("substring(image, 1, 5)"));
      assertThat(read.transform(bad).count()).as("skipped").isZero();
    }
  }

  @Test
  void answersDoNotDependOnPartitions(JavaSparkContext spark) {
    Dataset<Row> table = table(spark, DataTypes.IntegerType, 0, 1);
    SscClassificationModel model = classifier(CONFIG).fit(table);
    List<Row> expected = sorted(model.transform(table));
    for (int partitions : new int[] {1, 3, 40}) {
      assertThat(sorted(model.transform(table.repartition(partitions)))).isEqualTo(expected);
    }
  }

  /**
   * Kind: a table that has been sharded, and one of other bytes that Java's strings would make it.
   */
  @Test
  void textsThatAreNoUtf8AreNotTakenForOthers(JavaSparkContext spark) {
    Dataset<Row> table = table(spark, DataTypes.StringType, "caf\uFFFD", "rom");
    classifier(CONFIG).fit(table);
    Dataset<Row> latin =
        table.withColumn(
            "label", functions.expr("if(label = 'rom', label, cast(unhex('636166E9') as string))"));
    assertThatThrownBy(() -> classifier(CONFIG).fit(latin))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Label of the bytes 636166E9 is no UTF-8");
  }

  /** Kind: tasks that read many parts in turn, which may be more than memory holds replicas for. */
  @Test
  void aTaskHoldsOneReplicaAtATime(JavaSparkContext spark) {
    Dataset<Row> table = table(spark, DataTypes.IntegerType, 0, 1);
    SscClassificationModel model = classifier(CONFIG).fit(table);
    Dataset<Row> many = table.union(table).union(table).repartition(64);

    List<Long> live =
        model
            .transform(many)
            .coalesce(1)
            .mapPartitions(
                (MapPartitionsFunction<Row, Long>)
                    rows -> {
                      List<Long> counts = new ArrayList<>();
                      for (int n = 0; rows.hasNext(); n++) {
                        rows.next();
                        if (n % 16 == 0) {
                          counts.add(livePredictors());
                        }
                      }
                      counts.add(livePredictors());
                      return counts.iterator();
                    },
                Encoders.LONG())
            .collectAsList();

    assertThat(live.subList(0, live.size() - 1)).containsOnly(1L);
    assertThat(live).endsWith(0L);
  }

  /** As many as a collection of garbage leaves. */
  private static long livePredictors() throws JMException {
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Matcher line =
        Pattern.compile("(\\d+) +\\d+ +org\\.sscspark\\.spark\\.predict\\.Predictor\\s")
            .matcher((String) histogram);
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }

  /** A value of images of that side takes 34 GB. */
  @Test
  void tooLittleMemoryIsToldBeforeExecutorsDieOfIt(JavaSparkContext spark) {
    NetworkSpec network = ModelZoo.named("resnet20", new FeatureShape(3, 2048, 2048), 2, 1);
    float[] parameters = new float[ParameterLayout.of(network).size()];
    SavedModel large =
        new SavedModel(
            network,
            new SavedModel.Input(List.of("a", "b"), List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)),
            TrainingState.initial(parameters, 0, 1));
    SscClassificationModel model =
        new SscClassificationModel("large", large, new Labels(List.of(0.0, 1.0), List.of()));
    Dataset<Row> table = table(spark, DataTypes.IntegerType, 0, 1);

    assertThat(model.transformSchema(table.schema()).fieldNames()).contains("prediction");
    assertThatThrownBy(() -> model.transform(table))
        .isInstanceOf(BadInputException.class)
        .hasMessageMatching("Predicting with resnet20.*in each executor.*SSC_DRIVER_MEMORY=.*");
  }

  @Test
  void theModelComputesWithTheEngineOfTheRun(JavaSparkContext spark) {
    Dataset<Row> table = table(spark, DataTypes.IntegerType, 0, 1);
    SscClassificationModel ofConfig = classifier(ENGINE + CONFIG).fit(table);
    assertThat(ofConfig.getOrDefault(ofConfig.engine())).isEqualTo("nd4j");
    SscClassificationModel ofParam = classifier(ENGINE + CONFIG).setEngine("lane").fit(table);
    assertThat(ofParam.getOrDefault(ofParam.engine())).isEqualTo("lane");
    SscClassificationModel ofDefaults = classifier(CONFIG).fit(table);
    assertThat(ofDefaults.getOrDefault(ofDefaults.engine())).isEqualTo("auto");
  }

  /** The oracle is the command predict, on the checkpoint that a saved model is. */
  @Test
  void theAverageAnswersAsInTheCommand(JavaSparkContext spark) throws Exception {
    Dataset<Row> table = table(spark, DataTypes.IntegerType, 0, 1);
    SscClassificationModel model =
        classifier(CONFIG + "\ntrain.ema.decay=0.9")
            .setEngine("lane")
            .setParameters("average")
            .fit(table);
    assertThat(model.getOrDefault(model.parameters())).isEqualTo("average");
    List<Row> answers = sorted(model.transform(table));
    assertThat(sorted(model.setParameters("trained").transform(table)))
        .as("trained")
        .isNotEqualTo(answers);
    model.write().save(folder.resolve("averaged").toString());
    Path checkpoint;
    try (Stream<Path> found = Files.list(folder.resolve("averaged/checkpoints"))) {
      checkpoint = found.filter(Files::isDirectory).findFirst().orElseThrow();
    }
    Path data = folder.resolve("data");
    table.write().parquet(data.toString());
    Path out = folder.resolve("out");
    ModelSource source =
        ModelSource.read(
            new Configuration(), Location.of(checkpoint.toString()), ParameterChoice.AVERAGE);
    PredictInput input =
        PredictInput.find(
            new Configuration(),
            data.toUri(),
            source.model().network(),
            ReadLimits.standard(),
            Optional.of(
                new PredictColumns(
                    "image", Optional.of("id"), Optional.of(FeatureShape.parse(SHAPE)))));
    new PredictJob(
            source.model(),
            EngineSettings.named("lane"),
            input,
            1,
            TableFormat.PARQUET,
            out.toUri())
        .run(table.sparkSession(), Progress.SILENT);

    List<Row> expected =
        table
            .sparkSession()
            .read()
            .parquet(out.toString())
            .sort("id")
            .select("label", "probability")
            .collectAsList();
    assertThat(answers).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Vector probability = answers.get(i).getAs("probability");
      assertThat(answers.get(i).<Double>getAs("prediction").intValue() + "")
          .isEqualTo(expected.get(i).getString(0));
      assertThat((float) probability.apply(probability.argmax()))
          .isEqualTo(expected.get(i).getFloat(1));
    }
  }

  @Test
  void anAverageThatIsNotThereIsToldOf(JavaSparkContext spark) {
    Dataset<Row> table = table(spark, DataTypes.IntegerType, 0, 1);
    assertThatThrownBy(() -> classifier(CONFIG).setParameters("average").fit(table))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the run keeps no average; set train.ema.decay in config");
    SscClassificationModel model = classifier(CONFIG).fit(table).setParameters("average");
    assertThatThrownBy(() -> model.transform(table))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no moving average of its parameters")
        .hasMessageContaining("set parameters to trained");
    assertThatThrownBy(() -> model.setParameters("mean")).hasMessageContaining("parameters");
  }
}
