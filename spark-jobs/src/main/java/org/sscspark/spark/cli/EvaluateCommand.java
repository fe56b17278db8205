package org.sscspark.spark.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.report.Facts.Fact;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.evaluate.CheckpointChoice;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.EvaluateJob;
import org.sscspark.spark.evaluate.EvaluationReport;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.FoundCheckpoints;
import org.sscspark.spark.evaluate.ModelEvaluation;
import org.sscspark.spark.evaluate.ReportedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates checkpoints on Spark. */
@Command(
    name = "evaluate",
    description = {
      "Evaluates a checkpoint, a run, a folder of runs, or those of a sweep or a comparison.",
      "Gives accuracy, top-5, loss, accuracy by class, confusion matrix, density, parameters, MACs.",
      "Of settings only those of the section engine mean something to it."
    })
final class EvaluateCommand extends SparkCommand {
  @NamesPlace
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "URI",
      description = "A checkpoint, or the folder of a run, of runs, a sweep or a comparison.")
  private String checkpoint;

  @NamesPlace
  @Option(names = "--data", required = true, paramLabel = "URI", description = "The data set.")
  private String data;

  @Option(
      names = "--which",
      paramLabel = "best|last",
      description = "Which checkpoint of a run; else the best if one was scored, else the last.")
  private Optional<Which> which = Optional.empty();

  @Mixin private final ParametersOption parameters = new ParametersOption();

  @NamesPlace(ofThisMachine = true)
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
  protected boolean reads(String key) {
    return Settings.isWithin(key, "engine");
  }

  @Override
  protected void run() throws Exception {
    EngineSettings engine = settings().bind("engine", EngineSettings.class);
    Engines.requireKnown(engine.name());
    Configuration configuration = hadoop();
    URI location = Location.of(checkpoint);
    FoundCheckpoints given =
        new CheckpointSearch(
                configuration,
                which.map(w -> w.choice).orElse(CheckpointChoice.BEST_OR_LAST),
                parameters.choice())
            .find(location);
    if (which.isPresent() && given.found().get(0).isNamed()) {
      throw new BadInputException(
          "--which chooses among a run's checkpoints, and %s is one; leave it out, or give the run"
              .formatted(location));
    }
    DatasetReference set = DatasetReference.to(configuration, Location.of(data));
    OutputFiles outputs = new OutputFiles().reading("data set", set.location());
    given.found().forEach(outputs::reading);
    Optional<OutputFile> page = report.map(file -> outputs.add("--report", file));
    FoundCheckpoints all = given.each(one -> one.read(of -> EvaluateJob.requireFits(of, set)));
    if (!all.leftOut().isEmpty()) {
      say("Left out: " + all.leftOutInWords());
    }
    List<FoundCheckpoint> found = all.found();
    if (isDryRun()) {
      print(
          found.stream().map(one -> one.checkpoint().folder().toString()).toList(),
          found.stream()
              .map(one -> "would evaluate " + one.checkpoint().folder())
              .collect(Collectors.joining("\n")));
      return;
    }
    outputs.makeFolders();
    Map<FoundCheckpoint, Function<ModelEvaluation, ReportedRun>> runs = new HashMap<>();
    if (page.isPresent()) {
      for (FoundCheckpoint one : found) {
        runs.put(one, ReportedRun.of(one));
      }
    }
    EvaluateJob.Evaluated evaluated;
    try (SparkSession session = openSession()) {
      evaluated =
          new EvaluateJob(new JavaSparkContext(session.sparkContext()), set, engine)
              .run(all, progress());
    }
    List<ModelEvaluation> models = evaluated.models();
    FoundCheckpoints checkpoints = evaluated.checkpoints();
    // Before the page, which may not get onto a disk that is full by now.
    print(json(models, checkpoints.namesLeftOut()), text(models));
    if (page.isPresent()) {
      List<ReportedRun> reported =
          IntStream.range(0, models.size())
              .mapToObj(place -> runs.get(checkpoints.found().get(place)).apply(models.get(place)))
              .toList();
      String title = "Evaluation of " + location.getPath().replaceAll(".*/", "");
      List<Fact> facts = new ArrayList<>();
      facts.add(new Fact("command", typed()));
      if (!checkpoints.leftOut().isEmpty()) {
        facts.add(new Fact("left out", checkpoints.leftOutInWords()));
      }
      page.get().write(new EvaluationReport(title, set, reported).page(facts).html());
      say("Report: " + page.get());
    }
  }

  /** One model is a document of its own. */
  private static ObjectNode json(List<ModelEvaluation> models, List<String> leftOut) {
    ObjectNode json =
        models.size() == 1 ? models.get(0).json() : JsonNodeFactory.instance.objectNode();
    if (models.size() > 1) {
      models.forEach(model -> json.withArray("evaluations").add(model.json()));
    }
    if (models.size() > 1 || !leftOut.isEmpty()) {
      leftOut.forEach(json.withArray("leftOut")::add);
    }
    return json;
  }

  private static String text(List<ModelEvaluation> models) {
    String table = ModelEvaluation.table(models).text();
    return models.size() == 1 ? table + "\n" + models.get(0).classTable().text() : table;
  }
}
