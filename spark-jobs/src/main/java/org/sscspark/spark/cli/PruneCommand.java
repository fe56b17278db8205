package org.sscspark.spark.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Location;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
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
  protected void run() throws Exception {
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
    NetworkDesign design = experiment.design();
    if (npz.isPresent() && !design.method().scores()) {
      throw new BadInputException(
          "--npz writes scores, but method "
              + design.method().name()
              + " has none; leave it out, or choose a method that scores weights");
    }
    if (data.isEmpty() && design.method().needsData()) {
      throw new BadInputException(
          "Method " + design.method().name() + " scores training images: give --data");
    }
    Optional<DatasetReference> set =
        data.map(uri -> DatasetReference.to(hadoop(), Location.of(uri)));
    if (isDryRun()) {
      preview(design, set);
    } else if (design.method().needsData()) {
      try (SparkSession session = openSession()) {
        JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
        prune(design, set, ClusterGradients.of(spark, set.orElseThrow()));
      }
    } else {
      prune(design, set, GradientSources.NONE);
    }
  }

  private static FeatureShape input(Optional<DatasetReference> set) {
    return set.map(one -> one.manifest().shape()).orElse(CIFAR_IMAGE);
  }

  private static int classes(Optional<DatasetReference> set) {
    return set.map(one -> one.manifest().classes().size()).orElse(CIFAR_CLASSES);
  }

  private void preview(NetworkDesign design, Optional<DatasetReference> set) {
    NetworkSpec dense = design.dense(input(set), classes(set));
    String method = design.method().name();
    Map<String, Object> plan = new LinkedHashMap<>();
    plan.put("model", dense.name());
    plan.put("method", method);
    plan.put("density", design.density());
    plan.put("prunable", ParameterLayout.of(dense).weightCount());
    if (design.method().scores()) {
      plan.put("budget", KebabCase.of(design.plan().budget()));
      plan.put("schedule", design.plan().schedule().description());
      plan.put("transform", KebabCase.of(design.plan().transform()));
    } else {
      // A structure follows from settings alone; this refuses a density that it cannot meet.
      NetworkSpec network = design.design(input(set), classes(set), GradientSources.NONE).network();
      plan.put("kept", ParameterLayout.of(network).weightCount());
    }
    if (design.method().needsData()) {
      plan.put("data", design.plan().data().description());
    }
    StringBuilder text =
        new StringBuilder("would choose the weights of " + dense.name() + " by " + method + "\n");
    plan.forEach((name, value) -> text.append("  %s: %s%n".formatted(name, value)));
    print(plan, text.toString());
  }

  private void prune(
      NetworkDesign design, Optional<DatasetReference> set, GradientSources gradients)
      throws IOException {
    Optional<OutputFile> archive = npz.map(OutputFile::at);
    Optional<OutputFile> network = inOut(NETWORK_FILE);
    AtomicReference<double[]> scores = new AtomicReference<>();
    long start = System.nanoTime();
    DesignedNetwork designed =
        design.design(
            input(set),
            classes(set),
            gradients,
            (step, values) -> {
              if (step == 0 && archive.isPresent()) {
                scores.set(values.clone());
              }
            });
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    PruneOutcome outcome = PruneOutcome.of(design, designed, set.map(DatasetReference::manifest));
    if (archive.isPresent()) {
      archive.get().write(file -> write(file, design, designed, scores.get(), set));
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
