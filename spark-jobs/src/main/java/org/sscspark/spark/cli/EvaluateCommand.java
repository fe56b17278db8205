package org.sscspark.spark.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.EvaluateJob;
import org.sscspark.spark.evaluate.EvaluationReport;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.ModelEvaluation;
import org.sscspark.spark.evaluate.ReportedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates checkpoints on Spark. */
@Command(
    name = "evaluate",
    description = {
      "Evaluates a checkpoint, a run or a folder of runs on Spark.",
      "Gives accuracy, top-5, loss, accuracy by class, confusion matrix, density, parameters, MACs."
    })
final class EvaluateCommand extends SparkCommand {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description = "A checkpoint, a run's folder, or a folder of runs.")
  private String checkpoint;

  @Option(names = "--data", required = true, paramLabel = "URI", description = "The data set.")
  private String data;

  @Option(
      names = "--which",
      paramLabel = "best|last",
      description = "Which checkpoint of a run; else the best if one was scored, else the last.")
  private Optional<Which> which = Optional.empty();

  @Mixin private final ParametersOption parameters = new ParametersOption();

  @Option(names = "--report", paramLabel = "FILE", description = "Write an HTML report.")
  private Optional<String> report = Optional.empty();

  private enum Which {
    BEST(CheckpointChoice.BEST),
    LAST(CheckpointChoice.LAST);

    private final CheckpointChoice choice;

    Which(CheckpointChoice choice) {
      this.choice = choice;
    }
  }

  @Override
  protected void run() throws Exception {
    EngineSettings engine =
        settings(key -> Settings.isWithin(key, "engine")).bind("engine", EngineSettings.class);
    Engines.requireKnown(engine.name());
    Configuration configuration = hadoop();
    URI location = Location.of(checkpoint);
    List<FoundCheckpoint> found =
        FoundCheckpoint.find(
            configuration,
            location,
            which.map(w -> w.choice).orElse(CheckpointChoice.BEST_OR_LAST),
            parameters.choice());
    if (which.isPresent() && found.get(0).isAt(location)) {
      throw new BadInputException(
          "--which chooses among a run's checkpoints, and %s is one; leave it out, or give the run"
              .formatted(location));
    }
    DatasetReference set = DatasetReference.to(configuration, Location.of(data));
    OutputFiles outputs = new OutputFiles().reading("data set", set.location());
    found.forEach(outputs::reading);
    Optional<OutputFile> page = report.map(file -> outputs.add("--report", file));
    if (isDryRun()) {
      print(
          found.stream().map(one -> one.checkpoint().folder().toString()).toList(),
          found.stream()
              .map(one -> "would evaluate " + one.checkpoint().folder())
              .collect(Collectors.joining("\n")));
      return;
    }
    outputs.makeFolders();
    List<ModelEvaluation> models;
    try (SparkSession session = openSession()) {
      models =
          new EvaluateJob(new JavaSparkContext(session.sparkContext()), set, engine)
              .run(found, progress());
    }
    if (page.isPresent()) {
      List<ReportedRun> runs = new ArrayList<>();
      for (int i = 0; i < models.size(); i++) {
        runs.add(ReportedRun.of(models.get(i), found.get(i)));
      }
      String title = "Evaluation of " + location.getPath().replaceAll(".*/", "");
      page.get().write(new EvaluationReport(title, set, runs).page("command", typed()).html());
      say("Report: " + page.get());
    }
    print(json(models), text(models));
  }

  /** One model is a document of its own. */
  private static ObjectNode json(List<ModelEvaluation> models) {
    if (models.size() == 1) {
      return models.get(0).json();
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    models.forEach(model -> json.withArray("evaluations").add(model.json()));
    return json;
  }

  private static String text(List<ModelEvaluation> models) {
    String table = ModelEvaluation.table(models).text();
    return models.size() == 1 ? table + "\n" + models.get(0).classTable().text() : table;
  }
}
