package org.sscspark.spark.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.Settings;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.sweep.SlotDefaults;
import org.sscspark.spark.sweep.Sweep;
import org.sscspark.spark.sweep.SweepFolder;
import org.sscspark.spark.sweep.SweepJob;
import org.sscspark.spark.sweep.SweepPreview;
import org.sscspark.spark.sweep.SweepResult;
import org.sscspark.spark.sweep.UnusedSweepSettings;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.watch.WatchSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches settings. */
@Command(
    name = "sweep",
    description = {
      "Searches settings (sweep.space) for the best objective, many trials side by side.",
      "Resumes by itself if OUT holds the same sweep, also with a larger budget. Writes a report."
    })
final class SweepCommand extends SparkCommand {
  @Mixin private final TrialOptions trials = new TrialOptions();

  @NamesPlace
  @Option(
      names = "--validation",
      paramLabel = "URI",
      description = "Data set that scores trials; hold it out of the training set when sharding.")
  private Optional<String> validation = Optional.empty();

  @Override
  protected boolean reads(String key) {
    return !Settings.isWithin(key, "compare");
  }

  @Override
  protected void run() throws Exception {
    if (trials.isReportOnly()) {
      writeReport(trials.report("--validation", validation));
      return;
    }
    Settings settings = settings();
    Configuration configuration = hadoop();
    // Before Spark is started, because most mistakes are in the space.
    Sweep first = Sweep.read(settings, SlotDefaults.of(1));
    URI folder = trials.out(configuration);
    TrialData sets =
        first
            .sized(
                TrialData.at(
                    configuration, trials.data(), TrialOptions.needed("--validation", validation)))
            .watchedBy(settings.bind("metrics", WatchSettings.class));
    try (SparkSession session = openSession()) {
      JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
      int slots = TaskSlots.count(spark);
      Sweep sweep = Sweep.read(settings, SweepJob.unset(configuration, folder, slots));
      SweepJob.check(configuration, sweep, sets, folder);
      SweepPreview preview = SweepPreview.of(sweep, slots);
      UnusedSweepSettings.text(settings, sweep).ifPresent(this::say);
      sayUnused(settings, List.of(sweep.experiment()), Set.copyOf(sweep.search().space().keys()));
      if (isDryRun()) {
        print(preview.json(), preview.text());
        return;
      }
      say(preview.text());
      print(SweepJob.run(spark, sweep, sets, folder, progress()));
    }
  }

  private void writeReport(URI folder) throws Exception {
    rejectSettings("--report");
    rejectDryRun("--report");
    print(SweepJob.report(SweepFolder.existing(hadoop(), folder)));
  }

  private void print(SweepResult result) {
    ObjectNode document = result.json();
    print(document, result.text());
    result.requireOneThatDidNotFail();
  }
}
