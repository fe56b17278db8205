package org.sscspark.spark.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.pruning.Method;
import org.sscspark.spark.quickstart.Quickstart;
import org.sscspark.spark.quickstart.QuickstartFolder;
import org.sscspark.spark.quickstart.QuickstartJob;
import org.sscspark.spark.train.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole way in one command. */
@Command(
    name = "quickstart",
    description = {
      "Goes the whole way on generated images, in two minutes.",
      "Shards them, trains an SSC network and a dense one on two workers, evaluates both on Spark",
      "and writes an HTML report. Starts anew every time."
    })
final class QuickstartCommand extends SparkCommand {
  private static final String PRESET = "quickstart.conf";

  /** The methods that are compared, in the order of the table. */
  private static final List<Method> METHODS = List.of(Method.SSC, Method.DENSE);

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where everything goes (default: target/quickstart).")
  private Path out = Path.of("target", "quickstart");

  @Override
  void run() throws Exception {
    Map<String, Experiment> experiments = new LinkedHashMap<>();
    Settings settings = settings(PRESET);
    Experiment experiment = settings.bind(Experiment.class);
    for (Method method : METHODS) {
      experiments.put(KebabCase.of(method), experiment.withMethod(method));
    }
    QuickstartFolder folder = new QuickstartFolder(out.toAbsolutePath().normalize());
    folder.requireOwn();
    if (isDryRun()) {
      String methods = String.join(", ", experiments.keySet());
      print(
          Map.of("out", folder.root().toString(), "methods", experiments.keySet()),
          "would train %s with %s in %s"
              .formatted(experiment.model().name(), methods, folder.root()));
      return;
    }
    try (SparkSession session = openSession()) {
      Quickstart result =
          new QuickstartJob(
                  new JavaSparkContext(session.sparkContext()),
                  folder,
                  QuickstartJob.Images.standard(),
                  progress())
              .run(experiments, typed());
      print(result.json(), result.text());
    }
  }
}
