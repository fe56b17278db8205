package org.sscspark.spark.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Location;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.report.Figures;
import org.sscspark.report.NumpyArchive;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.prune.ClusterGradients;
import org.sscspark.spark.prune.PruneOutcome;
import org.sscspark.spark.prune.ScoringArchive;
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

  private static final int CIFAR_CLASSES = 10;
  private static final FeatureShape CIFAR_IMAGE = new FeatureShape(3, 32, 32);

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

  @Override
  void run() throws Exception {
    List<String> options = new ArrayList<>();
    method.ifPresent(name -> options.add("method=" + name));
    model.ifPresent(name -> options.add("model.name=" + name));
    density.ifPresent(share -> options.add("density=" + share));
    NetworkDesign design = settings(options).bind(Experiment.class).design();
    if (npz.isPresent() && !design.method().scores()) {
      throw new BadInputException(
          "--npz writes scores, but method "
              + KebabCase.of(design.method())
              + " has none; leave it out, or choose a method that scores weights");
    }
    if (data.isEmpty() && design.method().needsData()) {
      throw new BadInputException(
          "Method " + KebabCase.of(design.method()) + " scores training images: give --data");
    }
    Optional<DatasetReference> set =
        data.map(uri -> DatasetReference.to(hadoop(), Location.of(uri)));
    if (design.method().needsData()) {
      try (SparkSession session = openSession()) {
        JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
        prune(design, set, ClusterGradients.of(spark, set.orElseThrow()));
      }
    } else {
      prune(
          design,
          set,
          (loss, scoring) -> {
            throw new IllegalStateException("No image is needed for " + design.method());
          });
    }
  }

  private void prune(
      NetworkDesign design, Optional<DatasetReference> set, GradientSources gradients)
      throws IOException {
    FeatureShape input = set.map(one -> one.manifest().shape()).orElse(CIFAR_IMAGE);
    int classes = set.map(one -> one.manifest().classes().size()).orElse(CIFAR_CLASSES);
    if (isDryRun()) {
      NetworkSpec dense = design.dense(input, classes);
      print(
          Map.of("model", dense.name(), "method", KebabCase.of(design.method())),
          "would choose the weights of " + dense.name() + " by " + KebabCase.of(design.method()));
      return;
    }
    Optional<OutputFile> archive = npz.map(OutputFile::at);
    Optional<OutputFile> network = inOut(NETWORK_FILE);
    long start = System.nanoTime();
    DesignedNetwork designed = design.design(input, classes, gradients);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    PruneOutcome outcome = PruneOutcome.of(design, designed);
    if (archive.isPresent()) {
      double[] scores = design.firstScores(designed.dense(), gradients);
      archive.get().write(file -> write(file, design, designed, scores, set));
    }
    if (network.isPresent()) {
      network.get().write(NetworkJson.write(designed.network()) + "\n");
      inOut(OUTCOME_FILE).orElseThrow().write(json(outcome));
      inOut("report.html").orElseThrow().write(outcome.page(typed()).html());
      say("Report: " + inOut("report.html").orElseThrow());
    }
    say("Chosen in " + Figures.time(time));
    print(outcome, outcome.text());
  }

  private Optional<OutputFile> inOut(String name) {
    return out.map(folder -> OutputFile.at(folder + "/" + name));
  }

  private static void write(
      OutputStream file,
      NetworkDesign design,
      DesignedNetwork designed,
      double[] scores,
      Optional<DatasetReference> set)
      throws IOException {
    try (NumpyArchive arrays = new NumpyArchive(file)) {
      ScoringArchive.write(arrays, design, designed, scores);
      if (design.method().needsData()) {
        ScoringArchive.addImages(arrays, design, set.orElseThrow().open());
      }
    }
  }
}
