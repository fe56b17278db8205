package org.sscspark.spark.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.report.Figures;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.prune.PruneJob;
import org.sscspark.spark.prune.PrunePreview;
import org.sscspark.spark.prune.PruneReport;
import org.sscspark.spark.prune.PrunedFolder;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.UnusedSettings;
import org.sscspark.storage.Storage;
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
  /** Those of a network; the last two are refused by themselves. */
  private static final String[] USED = {
    "seed",
    "method",
    "density",
    "model",
    "ssc",
    "pruning",
    "engine",
    "train.augmentation",
    "macs",
    "from",
  };

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

  @NamesPlace
  @Option(
      names = "--data",
      paramLabel = "URI",
      description = "Training set; without one, 10 classes of 3x32x32 images.")
  private Optional<String> data = Optional.empty();

  @NamesPlace(ofThisMachine = true)
  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Write network.json, pruning.json and report.html; a new folder, or one that prune wrote.")
  private Optional<String> out = Optional.empty();

  @NamesPlace(ofThisMachine = true)
  @Option(
      names = "--npz",
      paramLabel = "FILE",
      description = "Write initial weights, scoring images, scores and masks for NumPy.")
  private Optional<String> npz = Optional.empty();

  @Override
  List<SettingOption> settingOptions() {
    List<SettingOption> options = new ArrayList<>();
    method.ifPresent(name -> options.add(SettingOption.of("--method", "method", name)));
    model.ifPresent(name -> options.add(SettingOption.of("--model", "model.name", name)));
    density.ifPresent(share -> options.add(SettingOption.of("--density", "density", share)));
    return options;
  }

  @Override
  protected void run() throws Exception {
    Settings settings = settings();
    Experiment experiment = settings.bind(Experiment.class);
    Optional<DatasetReference> set =
        data.map(uri -> DatasetReference.to(hadoop(), Location.of(uri)));
    PruneJob job =
        new PruneJob(
            experiment.initialDesign(),
            set.map(stored -> stored.resized(experiment.train().augmentation().resize())),
            npz.isPresent());
    OutputFiles outputs = new OutputFiles();
    set.ifPresent(stored -> outputs.reading("data set", stored.location()));
    Optional<Path> folder = Optional.empty();
    if (out.isPresent()) {
      folder = Optional.of(folder(outputs, out.get()));
    }
    Optional<OutputFile> archive = npz.map(file -> outputs.add("--npz", file));
    if (!isDryRun()) {
      outputs.makeFolders();
    }
    PrunePreview preview = job.preview();
    if (isDryRun()) {
      sayUnused(settings, experiment);
      print(preview.json(), preview.text());
      return;
    }
    // Before weights are chosen, which may take a while.
    sayUnused(settings, experiment);
    PruneJob.Pruned pruned = pruned(job);
    if (folder.isPresent()) {
      PrunedFolder.write(fileSystem(folder.get()), folder.get(), pruned, typed());
      say("Report: " + LocalPath.of(out.get()).resolve(PrunedFolder.REPORT));
    }
    // It may lie in the folder, which is not free once another file is in it.
    if (archive.isPresent()) {
      archive.get().write(pruned.scoring().orElseThrow()::write);
    }
    say("Chosen in " + Figures.time(pruned.time()));
    print(pruned.outcome(), new PruneReport(pruned.outcome()).text());
  }

  private void sayUnused(Settings settings, Experiment experiment) {
    sayIgnored(settings, key -> Settings.isWithin(key, USED));
    UnusedSettings.textOfChoice(settings, experiment).ifPresent(this::say);
  }

  private Path folder(OutputFiles outputs, String text) throws IOException {
    Path folder = new Path(Location.of(LocalPath.of(text).toString()));
    PrunedFolder.requireFree(fileSystem(folder), folder);
    PrunedFolder.FILES.forEach(name -> outputs.add("--out", text + "/" + name));
    return folder;
  }

  private FileSystem fileSystem(Path folder) {
    return Storage.fileSystem(hadoop(), folder.toUri());
  }

  private PruneJob.Pruned pruned(PruneJob job) {
    if (!job.needsSpark()) {
      return job.run();
    }
    try (SparkSession session = openSession()) {
      return job.run(new JavaSparkContext(session.sparkContext()));
    }
  }
}
