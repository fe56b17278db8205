package org.sscspark.spark.cli;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.NetworkBlocks;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.RunOptions;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.spark.train.TrainOutcome;
import org.sscspark.spark.train.TrainPlan;
import org.sscspark.spark.watch.WatchSettings;
import org.sscspark.storage.NewFolder;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains one model. */
@Command(
    name = "train",
    description = {
      "Trains one model by parameter averaging on Spark.",
      "Resumes by itself if OUT holds an interrupted run of the same settings."
    })
final class TrainCommand extends SparkCommand {
  @NamesPlace
  @Option(names = "--data", required = true, paramLabel = "URI", description = "Training set.")
  private String data;

  @NamesPlace
  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "The run's folder: checkpoints, metrics, result.")
  private String out;

  @NamesPlace
  @Option(
      names = "--test",
      paramLabel = "URI",
      description = "Data set to evaluate on after each epoch.")
  private Optional<String> test = Optional.empty();

  @NamesPlace
  @Option(
      names = "--from",
      paramLabel = "RUN|CHECKPOINT|FILE",
      description = {
        "Start from trained weights instead of initial ones: those of a run, a checkpoint, or an "
            + ".onnx or .npz file of 'export'. The same as from=..."
      })
  private Optional<String> from = Optional.empty();

  @Override
  protected boolean reads(String key) {
    return !Settings.isWithin(key, "compare", "sweep");
  }

  @Override
  protected void run() throws Exception {
    Settings settings = settings();
    Experiment experiment = settings.bind(Experiment.class);
    WatchSettings watch = settings.bind("metrics", WatchSettings.class);
    URI folder = Location.of(out);
    NewFolder.requirePossible(hadoop(), folder, "--out");
    try (SparkSession session = openSession()) {
      JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
      TrainJob job =
          new TrainJob(
              spark,
              experiment,
              Location.of(data),
              test.map(Location::of),
              // What fails before there is anything to resume from leaves the folder as it was.
              new RunOptions(watch, /* withdraw= */ true));
      if (!isDryRun()) {
        job.requireFree(folder);
      }
      // Before weights are chosen, which may take a while.
      sayUnused(settings, List.of(experiment), Set.of());
      job.warning().ifPresent(this::say);
      String summary = NetworkBlocks.text(NetworkSummary.of(job.network(folder)));
      Optional<TrainOutcome> complete = job.complete(folder);
      if (complete.isPresent()) {
        say("The run in %s is complete: nothing to do".formatted(folder));
        print(complete.get(), complete.get().toText());
        return;
      }
      TrainPlan plan = job.plan(folder);
      if (isDryRun()) {
        print(plan, summary + "\n" + plan.toText());
        return;
      }
      say(summary);
      say(plan.toText());
      TrainOutcome outcome =
          job.run(folder, progress(), new Resumption(experiment.train().epochs()));
      print(outcome, outcome.toText());
    }
  }

  @Override
  List<SettingOption> settingOptions() {
    return from
        .map(
            start ->
                new SettingOption("--from", "from", start, text -> Location.of(text).toString()))
        .stream()
        .toList();
  }

  /** Says where an interrupted run resumes. */
  private final class Resumption implements TrainingListener {
    private final int epochs;

    Resumption(int epochs) {
      this.epochs = epochs;
    }

    @Override
    public void onStart(TrainingState start) {
      TrainingProgress progress = start.progress();
      if (progress.globalRound() > 0) {
        say(
            String.format(
                Locale.ROOT,
                "Resuming from the checkpoint of round %d: %s",
                progress.globalRound(),
                progress.epoch() < epochs
                    ? String.format(
                        Locale.ROOT,
                        "epoch %d, %,d images trained on",
                        progress.epoch() + 1,
                        progress.examples())
                    : "all epochs are trained"));
      }
    }
  }
}
