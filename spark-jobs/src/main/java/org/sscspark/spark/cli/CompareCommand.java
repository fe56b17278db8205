package org.sscspark.spark.cli;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.compare.CompareJob;
import org.sscspark.spark.compare.Comparison;
import org.sscspark.spark.compare.ComparisonFolder;
import org.sscspark.spark.compare.ComparisonMerge;
import org.sscspark.spark.compare.ComparisonPlan;
import org.sscspark.spark.compare.ComparisonPreview;
import org.sscspark.spark.compare.ComparisonSettings;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.watch.WatchSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares methods by one recipe. */
@Command(
    name = "compare",
    description = {
      "Compares methods x densities x seeds (settings compare.*) by one recipe on the same data.",
      "Trials that OUT holds are not repeated, interrupted ones resume. Writes tables and a report."
    })
final class CompareCommand extends SparkCommand {
  @Mixin private final TrialOptions trials = new TrialOptions();

  @Option(
      names = "--test",
      paramLabel = "URI",
      description = "Data set to evaluate on after each epoch.")
  private Optional<String> test = Optional.empty();

  @Option(
      names = "--merge",
      arity = "1..*",
      paramLabel = "URI",
      description = {
        "Copy the trials of these folders into OUT and write tables and report of all; they were run",
        "by one recipe on the same data, with other methods, densities or seeds."
      })
  private List<String> merged = List.of();

  @Override
  protected void run() throws Exception {
    if (!merged.isEmpty()) {
      merge(trials.mergeOut("--test", test));
      return;
    }
    if (trials.isReportOnly()) {
      writeReport(trials.report("--test", test));
      return;
    }
    Settings settings = settings();
    Experiment base = settings.bind(Experiment.class);
    ComparisonSettings compared = settings.bind("compare", ComparisonSettings.class);
    Configuration configuration = hadoop();
    TrialData sets =
        TrialData.at(configuration, trials.data(), TrialOptions.needed("--test", test))
            .resized(base.train().augmentation().resize())
            .watchedBy(settings.bind("metrics", WatchSettings.class));
    URI folder = trials.out();
    try (SparkSession session = openSession()) {
      JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
      int slots = TaskSlots.count(spark);
      ComparisonPlan plan =
          ComparisonPlan.of(
              base,
              compared,
              slots,
              ImageSet.of(sets.training().manifest()),
              ImageSet.of(sets.test().manifest()));
      CompareJob.check(configuration, plan, sets, folder);
      ComparisonPreview preview = ComparisonPreview.of(configuration, folder, plan, slots);
      if (isDryRun()) {
        print(preview.json(), preview.text());
        return;
      }
      say(preview.headline());
      Comparison comparison = CompareJob.run(spark, plan, sets, folder, progress());
      print(comparison, folder);
      comparison.requireNoFailures();
    }
  }

  private void writeReport(URI folder) throws Exception {
    rejectSettings();
    Configuration configuration = hadoop();
    print(
        CompareJob.report(configuration, ComparisonFolder.existing(configuration, folder)), folder);
  }

  private void merge(URI folder) throws Exception {
    rejectSettings();
    Configuration configuration = hadoop();
    List<URI> from = merged.stream().map(Location::of).toList();
    Comparison comparison = ComparisonMerge.run(configuration, from, folder);
    for (URI one : from) {
      Set<String> leftOut = ComparisonMerge.leftOut(configuration, one, comparison);
      if (!leftOut.isEmpty()) {
        say(
            "Left out of %s, because its latest start did not have them: %s"
                .formatted(one, String.join(", ", leftOut)));
      }
    }
    print(comparison, folder);
  }

  private void print(Comparison comparison, URI folder) {
    print(
        comparison.json(),
        comparison.table().text()
            + comparison.failures()
            + "Report: "
            + ComparisonFolder.report(folder));
  }
}
