package org.sscspark.spark.cli;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
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
import org.sscspark.spark.compare.UnusedComparisonSettings;
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
  /** Each has a setting of many values in the section compare. */
  private static final Set<String> ONE_OF_MANY = Set.of("method", "density", "seed");

  @Mixin private final TrialOptions trials = new TrialOptions();

  @NamesPlace
  @Option(
      names = "--test",
      paramLabel = "URI",
      description = "Data set to evaluate on after each epoch.")
  private Optional<String> test = Optional.empty();

  @NamesPlace
  @Option(
      names = "--merge",
      arity = "1..*",
      paramLabel = "URI",
      description = {
        "Copy the trials of these folders into OUT and write tables and report of all; they were run "
            + "by one recipe on the same data, with other methods, densities or seeds. Without "
            + "--out, what --tables wrote earlier may be among them."
      })
  private List<String> merged = List.of();

  @Mixin private final PageOptions page = new PageOptions();

  @Override
  protected boolean reads(String key) {
    return !Settings.isWithin(key, "sweep");
  }

  @Override
  protected void run() throws Exception {
    if (!merged.isEmpty()) {
      merge(trials.mergeOut(hadoop(), "--test", test));
      return;
    }
    if (trials.isReportOnly()) {
      writeReport(trials.report("--test", test));
      return;
    }
    if (page.areGiven()) {
      throw new BadInputException(
          "--tables and --page go with --report or --merge; run the comparison first");
    }
    Settings settings = settings();
    Experiment base = settings.bind(Experiment.class);
    ComparisonSettings compared = settings.bind("compare", ComparisonSettings.class);
    Configuration configuration = hadoop();
    URI folder = trials.out(configuration);
    TrialData sets =
        TrialData.at(configuration, trials.data(), TrialOptions.needed("--test", test))
            .resized(base.train().augmentation().resize())
            .watchedBy(settings.bind("metrics", WatchSettings.class));
    try (SparkSession session = openSession()) {
      JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
      int slots = TaskSlots.count(spark);
      ComparisonPlan plan =
          ComparisonPlan.of(
              base,
              compared,
              CompareJob.workers(configuration, folder, slots),
              ImageSet.of(sets.training().manifest()),
              ImageSet.of(sets.test().manifest()));
      CompareJob.check(configuration, plan, sets, folder);
      if (isDryRun()) {
        ComparisonPreview preview =
            ComparisonPreview.of(
                configuration,
                folder,
                CompareJob.measured(spark, plan, sets, folder, progress()),
                slots);
        sayUnused(settings, plan);
        print(preview.json(), preview.text());
        return;
      }
      ComparisonPreview preview = ComparisonPreview.of(configuration, folder, plan, slots);
      sayUnused(settings, plan);
      say(preview.headline());
      Comparison comparison = CompareJob.run(spark, plan, sets, folder, progress());
      print(comparison, Optional.of(folder));
      comparison.requireNoFailures();
    }
  }

  private void sayUnused(Settings settings, ComparisonPlan plan) {
    sayIgnored(settings, key -> !ONE_OF_MANY.contains(key));
    UnusedComparisonSettings.text(settings, plan).ifPresent(this::say);
    sayUnused(settings, plan.decisive(), Set.of());
  }

  private void writeReport(URI folder) throws Exception {
    rejectSettings("--report");
    rejectDryRun("--report");
    Configuration configuration = hadoop();
    page.requireOutside(List.of(folder));
    Comparison comparison = CompareJob.report(ComparisonFolder.existing(configuration, folder));
    page.write(configuration, comparison);
    print(comparison, Optional.of(folder));
  }

  private void merge(Optional<URI> folder) throws Exception {
    rejectSettings("--merge");
    rejectDryRun("--merge");
    if (folder.isEmpty() && !page.areGiven()) {
      throw new BadInputException(
          "--merge needs --out, the folder to merge into, or --tables, where tables of all go");
    }
    Configuration configuration = hadoop();
    List<URI> from = merged.stream().map(Location::of).toList();
    page.requireOutside(ComparisonMerge.folders(configuration, from));
    page.requireOutside(folder.stream().toList());
    Comparison comparison =
        folder.isPresent()
            ? ComparisonMerge.run(configuration, from, folder.get())
            : ComparisonMerge.read(configuration, from);
    for (URI one : from) {
      Set<String> leftOut = ComparisonMerge.leftOut(configuration, one, comparison);
      if (!leftOut.isEmpty()) {
        say(
            "Left out of %s, because its latest start did not have them: %s"
                .formatted(one, String.join(", ", leftOut)));
      }
    }
    page.write(configuration, comparison);
    print(comparison, folder);
  }

  private void print(Comparison comparison, Optional<URI> folder) {
    print(
        comparison.json(),
        comparison.text()
            + folder.map(one -> "Report: " + ComparisonFolder.report(one)).orElse(""));
  }
}
