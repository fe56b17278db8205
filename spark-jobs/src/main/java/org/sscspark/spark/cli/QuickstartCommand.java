package org.sscspark.spark.cli;

import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.pruning.Method;
import org.sscspark.spark.compare.ComparisonSettings;
import org.sscspark.spark.quickstart.Quickstart;
import org.sscspark.spark.quickstart.QuickstartFolder;
import org.sscspark.spark.quickstart.QuickstartJob;
import org.sscspark.spark.train.Experiment;
import org.sscspark.storage.NewFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole way in one command. */
@Command(
    name = "quickstart",
    description = {
      "Goes the whole way on generated images, in less than three minutes on two cores.",
      "Shards them, trains SSC, three methods of pruning at initialisation and the dense network "
          + "side by side, evaluates each epoch and writes a report. Starts anew every time."
    })
final class QuickstartCommand extends SparkCommand {
  private static final String PRESET = "quickstart.conf";

  @NamesPlace(ofThisMachine = true)
  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where everything goes (default: target/quickstart).")
  private String out = "target/quickstart";

  @Override
  protected boolean reads(String key) {
    return !Settings.isWithin(key, "sweep");
  }

  @Override
  protected void run() throws Exception {
    Settings settings = settings(PRESET);
    Experiment experiment = settings.bind(Experiment.class);
    ComparisonSettings compared = settings.bind("compare", ComparisonSettings.class);
    QuickstartFolder folder =
        new QuickstartFolder(LocalPath.of(out), QuickstartJob.Images.standard());
    if (!isDryRun()) {
      folder.requireFree(hadoop());
    }
    folder.requireOwn();
    NewFolder.requirePossible(hadoop(), Location.of(folder.root().toString()), "--out");
    if (isDryRun()) {
      List<String> methods = compared.methods().stream().map(Method::name).toList();
      print(
          Map.of("out", folder.root().toString(), "methods", methods),
          "would train %s with %s in %s"
              .formatted(experiment.model().name(), String.join(", ", methods), folder.root()));
      return;
    }
    try (SparkSession session = openSession()) {
      Quickstart result =
          new QuickstartJob(new JavaSparkContext(session.sparkContext()), folder, progress())
              .run(experiment, compared);
      print(result.json(), result.text());
    }
  }
}
