package org.sscspark.spark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.network.NetworkJson;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.report.Figures;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.prune.PruneJob;
import org.sscspark.spark.prune.PruneOutcome;
import org.sscspark.spark.prune.PrunePreview;
import org.sscspark.spark.train.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Chooses weights and trains nothing. */
@Command(
    name = "prune",
    description = {
      "Chooses a network's weights before training and says what is left of each layer.",
      "The same as a run of these settings starts from. Scores of images run on Spark."
    })
final class PruneCommand extends SparkCommand {
  /** The network with the weights that were kept. */
  static final String NETWORK_FILE = "network.json";

  /** What the method left of each layer. */
  static final String OUTCOME_FILE = "pruning.json";

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "How weights are chosen; the setting method.")
  private Optional<String> method = Optional.empty();

  @Option(names = "--model", paramLabel = "NAME", description = "The setting model.name.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--density",
      paramLabel = "FRACTION",
      description = "The share of weights to keep; the setting density.")
  private Optional<String> density = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "URI",
      description = "Training set; without one, 10 classes of 3x32x32 images.")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Write network.json, pruning.json and report.html.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--npz",
      paramLabel = "FILE",
      description = "Write initial weights, scoring images, scores and masks for NumPy.")
  private Optional<String> npz = Optional.empty();

  private Experiment experiment() {
    List<String> options = new ArrayList<>();
    method.ifPresent(name -> options.add("method=" + name));
    model.ifPresent(name -> options.add("model.name=" + name));
    density.ifPresent(share -> options.add("density=" + share));
    Experiment experiment = settings(options).bind(Experiment.class);
    if (experiment.macs().isPresent()) {
      throw new BadInputException(
          "macs = %d is for train and compare, which search for the density; give prune a density"
              .formatted(experiment.macs().get()));
    }
    if (experiment.from().isPresent()) {
      throw new BadInputException(
          "from = %s is for train; prune scores initial weights, so leave it out"
              .formatted(experiment.from().get()));
    }
    return experiment;
  }

  @Override
  protected void run() throws Exception {
    Experiment experiment = experiment();
    NetworkDesign design = experiment.design();
    if (design.method().denseShare() > 0) {
      throw new BadInputException(
          "Method %s scores trained weights, and prune has none; take train or compare, or another"
                  .formatted(design.method().name())
              + " method");
    }
    if (npz.isPresent() && !design.method().scores()) {
      throw new BadInputException(
          "--npz writes scores, but method "
              + design.method().name()
              + " has none; leave it out, or choose a method that scores weights");
    }
    PruneJob job =
        new PruneJob(
            design,
            data.map(uri -> DatasetReference.to(hadoop(), Location.of(uri)))
                .map(stored -> stored.resized(experiment.train().augmentation().resize())));
    if (isDryRun()) {
      PrunePreview preview = job.preview();
      print(preview.json(), preview.text());
      return;
    }
    Optional<OutputFile> archive = npz.map(OutputFile::at);
    Optional<OutputFile> network = inOut(NETWORK_FILE);
    PruneJob.Pruned pruned = pruned(job);
    if (archive.isPresent()) {
      archive.get().write(pruned.scoring().orElseThrow()::write);
    }
    PruneOutcome outcome = pruned.outcome();
    if (network.isPresent()) {
      network.get().write(NetworkJson.write(pruned.designed().network()) + "\n");
      inOut(OUTCOME_FILE).orElseThrow().write(json(outcome));
      OutputFile report = inOut("report.html").orElseThrow();
      report.write(outcome.page(typed()).html());
      say("Report: " + report);
    }
    say("Chosen in " + Figures.time(pruned.time()));
    print(outcome, outcome.text());
  }

  private PruneJob.Pruned pruned(PruneJob job) {
    if (!job.needsSpark()) {
      return job.run(npz.isPresent());
    }
    try (SparkSession session = openSession()) {
      return job.run(new JavaSparkContext(session.sparkContext()), npz.isPresent());
    }
  }

  private Optional<OutputFile> inOut(String name) {
    return out.map(folder -> OutputFile.at(folder + "/" + name));
  }
}
