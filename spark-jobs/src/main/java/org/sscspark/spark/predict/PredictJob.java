package org.sscspark.spark.predict;

import java.io.IOException;
import java.net.URI;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.exchange.PortableModel;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.dataset.TaskProgress;
import org.sscspark.storage.DraftFolder;

/**
 * Predicts images and writes a table. An image that cannot be used is a row with its error.
 *
 * @param model the network and its parameters
 * @param engine what computes
 * @param top how many classes a row names
 * @param out the table's folder, which must not exist
 */
public record PredictJob(
    PortableModel model,
    EngineSettings engine,
    PredictInput input,
    int top,
    TableFormat format,
    URI out) {

  /**
   * Checks what only Spark can, and reads no image.
   *
   * @throws org.sscspark.config.BadInputException as {@link #run} does
   */
  public void check(SparkSession session) {
    open(session);
  }

  private JavaRDD<RawRecord> open(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    PredictorPlan.requireMemory(spark, model.network(), engine);
    return input.open(session);
  }

  /**
   * Writes the table, which is at its place whole or not at all.
   *
   * @throws org.sscspark.config.BadInputException if there is something at its place already, the
   *     images cannot be read at all, or executors have too little memory
   */
  public PredictOutcome run(SparkSession session, Progress progress)
      throws IOException, InterruptedException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    JavaRDD<RawRecord> images = open(session);
    PredictorPlan plan =
        new PredictorPlan(
            model.network(),
            model.normalization(),
            engine.withLanes(() -> ExecutorLanes.narrowest(spark)),
            PredictorPlan.threads(spark.getConf()),
            input.pixels(),
            input.limits());
    PredictionTable predictions = new PredictionTable(model.classes(), top);
    Broadcast<float[]> parameters = spark.broadcast(model.parameters());
    try (DraftFolder draft = DraftFolder.create(spark.hadoopConfiguration(), out)) {
      JavaRDD<Row> rows =
          images.mapPartitions(part -> rows(plan, parameters.value(), predictions, part));
      Observation observation = new Observation();
      Dataset<Row> table =
          session
              .createDataFrame(rows, predictions.schema())
              .observe(
                  observation,
                  functions.count(functions.lit(1)).as("images"),
                  functions.count(PredictionTable.ERROR).as("failed"));
      long start = System.nanoTime();
      TaskProgress.during(
          spark,
          progress,
          "predict",
          rows.getNumPartitions(),
          "parts",
          () -> {
            format.write(table, draft.path().toString());
            return null;
          });
      draft.publish();
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Object> counts = observation.getAsJava();
      return new PredictOutcome(
          out.toString(),
          (long) counts.get("images"),
          (long) counts.get("failed"),
          input.passedOver(),
          seconds);
    } finally {
      parameters.destroy();
    }
  }

  private static Iterator<Row> rows(
      PredictorPlan plan,
      float[] parameters,
      PredictionTable predictions,
      Iterator<RawRecord> images) {
    Iterator<Answered<RawRecord>> answers = plan.answers(parameters, images, image -> image);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return answers.hasNext();
      }

      @Override
      public Row next() {
        Answered<RawRecord> next = answers.next();
        return predictions.row(next.item().where(), next.answer());
      }
    };
  }
}
