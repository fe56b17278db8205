package org.sscspark.spark.bench.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.Settings;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.bench.AveragingBenchmark;
import org.sscspark.spark.bench.GrowthBenchmark;
import org.sscspark.spark.cli.OutputFile;
import org.sscspark.spark.cli.SparkCommand;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.train.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Rounds of averaging, timed. */
@Command(
    name = "averaging",
    description = {
      "Rounds of averaging, phase by phase, for several numbers of workers.",
      "Takes the settings of train: network, density, batch, minibatches a round."
    })
final class BenchAveragingCommand extends SparkCommand {
  @Option(names = "--data", required = true, paramLabel = "URI", description = "Training set.")
  private String data;

  @Option(
      names = "--workers",
      split = ",",
      paramLabel = "K",
      defaultValue = "1,2",
      description = "Numbers of workers to compare; ${DEFAULT-VALUE}.")
  private List<Integer> workers;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Rounds of each; ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--reduce",
      split = ",",
      paramLabel = "WAY",
      defaultValue = "collect,slices",
      description = "Ways to average, of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}.")
  private List<Reduction> reduce;

  @Option(names = "--stock", description = "Run DL4J's own training master as well.")
  private boolean stock;

  @Option(
      names = "--growth",
      description = "Instead, watch the memory of executors over the rounds.")
  private boolean growth;

  @Option(names = "--plot", paramLabel = "FILE", description = "With --growth: a picture, as SVG.")
  private Optional<String> plot = Optional.empty();

  @Override
  protected void run() throws Exception {
    Settings settings = settings();
    Experiment experiment = settings.bind(Experiment.class);
    if (rounds < 1 || workers.stream().anyMatch(count -> count < 1)) {
      throw new BadInputException("--rounds and --workers take whole numbers of at least 1");
    }
    if (plot.isPresent() && !growth) {
      throw new BadInputException("--plot draws what --growth measures; give both or neither");
    }
    URI location = Location.of(data);
    if (isDryRun()) {
      sayUnused(settings, experiment);
      preview(experiment, DatasetReference.to(hadoop(), location));
      return;
    }
    Optional<OutputFile> picture = plot.map(OutputFile::at);
    try (SparkSession session = openSession()) {
      JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
      if (growth) {
        GrowthBenchmark.Result result =
            GrowthBenchmark.run(
                spark, experiment, location, workers.get(workers.size() - 1), rounds, progress());
        if (picture.isPresent()) {
          picture.get().write(result.chart().file());
        }
        sayUnused(settings, experiment);
        print(result, result.text());
      } else {
        AveragingBenchmark.Result result =
            AveragingBenchmark.run(
                spark,
                experiment,
                location,
                new AveragingBenchmark.Contest(workers, reduce, stock, rounds),
                progress());
        sayUnused(settings, experiment);
        print(result, result.text());
      }
    }
  }

  private void sayUnused(Settings settings, Experiment experiment) {
    sayIgnored(
        settings,
        key ->
            !Settings.isWithin(
                key, "compare", "sweep", "metrics", "checkpoint", "averaging.workers"));
    sayUnused(settings, List.of(experiment), Set.of());
  }

  private void preview(Experiment experiment, DatasetReference set) {
    Map<String, Object> plan = new LinkedHashMap<>();
    plan.put("model", experiment.model().name());
    plan.put("images", set.manifest().examples());
    plan.put("workers", workers);
    plan.put("rounds", rounds);
    StringBuilder text =
        new StringBuilder("would time %s%n".formatted(growth ? "growth" : "rounds of averaging"));
    plan.forEach((name, value) -> text.append("  %s: %s%n".formatted(name, value)));
    print(plan, text.toString());
  }
}
