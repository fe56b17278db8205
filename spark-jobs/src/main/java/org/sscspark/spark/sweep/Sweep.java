package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.report.Figures;
import org.sscspark.search.Budget;
import org.sscspark.search.GridSearch;
import org.sscspark.search.History;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.search.Search;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Strategy;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.training.MetricsJson;

/**
 * A search over settings of an experiment.
 *
 * @param experiment what keys that are not in the space have; its seed is the search's too
 * @param search what is sought and how
 * @param runs how trials share the cluster
 */
public record Sweep(Experiment experiment, Search search, RunMode runs) {
  private static final String SECTION = "sweep";
  private static final String SPACE = "space";
  private static final String WORKERS = "averaging.workers";

  /** The section {@code sweep} without the space. */
  private record SweepSettings(
      ObjectiveSettings objective, StrategySettings strategy, Budget budget, RunMode runs) {}

  private record Section(SweepSettings sweep) {}

  private record KindOnly(StrategySettings.Kind kind) {}

  private record RunsOnly(RunMode runs) {}

  /**
   * Checks the space against the experiment.
   *
   * @throws BadInputException if a key is unknown, a value is refused, or the metric does not exist
   */
  public Sweep {
    ObjectiveSettings.of(search.objective()).objective();
    new SpaceChecks(experiment, search.space()).requireKeys();
    experiment = withWorkers(experiment, search.space(), runs);
    new SpaceChecks(experiment, search.space()).requireValues(runs, search.strategy());
    requireBudgetOfOne(search);
  }

  /**
   * A sweep in code, its trials in one task each.
   *
   * @throws BadInputException as the constructor
   */
  public static Sweep of(
      Experiment experiment,
      Space space,
      SearchObjective objective,
      Strategy strategy,
      Budget budget) {
    int epochs = experiment.train().epochs();
    return new Sweep(
        experiment,
        new Search(space, objective, strategy, budget, epochs, experiment.seed()),
        RunMode.IN_TASK);
  }

  /**
   * Reads a sweep from the settings of a command.
   *
   * @param unset what to take where they do not say
   * @throws BadInputException if the settings are no sweep
   */
  public static Sweep read(Settings settings, SlotDefaults unset) {
    Experiment experiment = settings.bind(Experiment.class);
    ConfigObject section = settings.section(SECTION);
    Config own = section.withoutKey(SPACE).atKey(SECTION);
    SweepSettings sweep = Settings.bind(own, Section.class).sweep();
    Experiment base =
        sweep.runs() == RunMode.DATA_PARALLEL
            ? experiment.withWorkers(experiment.averaging().workers().orElse(unset.workers()))
            : experiment;
    return new Sweep(
        base,
        new Search(
            SpaceFormat.read(settings.section(SECTION + "." + SPACE)),
            sweep.objective().objective(),
            sweep.strategy().strategy(unset),
            sweep.budget(),
            experiment.train().epochs(),
            experiment.seed()),
        sweep.runs());
  }

  /** What is measured. */
  Metric metric() {
    return Metric.of(search.objective().metric());
  }

  /** A value of the metric, for people. */
  String score(double value) {
    return metric().isShare() ? Figures.percent(value) : Figures.fixed(value, 4);
  }

  /** The experiment of a point. */
  public Experiment at(Point point) {
    return at(experiment, point);
  }

  /** The experiment of a point, of one that others vary. */
  static Experiment at(Experiment base, Point point) {
    return Settings.of(base, point.arguments()).bind(Experiment.class);
  }

  /** What decides trials and results, as one JSON object; the budget does not. */
  String configuration() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("experiment", MetricsJson.read(CanonicalJson.of(experiment)));
    json.set("space", SpaceFormat.json(search.space()));
    json.set("objective", MetricsJson.read(CanonicalJson.of(search.objective())));
    ObjectNode strategy =
        (ObjectNode) MetricsJson.read(CanonicalJson.of((Record) search.strategy()));
    strategy.put("kind", KebabCase.of(StrategySettings.kind(search.strategy())));
    json.set("strategy", strategy);
    json.put("runs", KebabCase.of(runs));
    return json.toString();
  }

  /** {@link #configuration} with everything where a user's file has it. */
  static String asSettings(String configuration) {
    ObjectNode sweep = (ObjectNode) MetricsJson.read(configuration);
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    if (sweep.remove("experiment") instanceof ObjectNode experiment) {
      settings.setAll(experiment);
    }
    if (sweep.remove("strategy") instanceof ObjectNode strategy) {
      String kind = strategy.path("kind").asText();
      sweep.putObject("strategy").put("kind", kind).set(kind, strategy.without("kind"));
    }
    settings.set(SECTION, sweep);
    return settings.toString();
  }

  /** Reads {@link #configuration}. */
  static Sweep of(String configuration, Budget budget) {
    Config config = ConfigFactory.parseString(configuration);
    Experiment experiment = Settings.bind(config.getConfig("experiment"), Experiment.class);
    Config strategy = config.getConfig("strategy");
    StrategySettings.Kind kind =
        Settings.bind(strategy.withOnlyPath("kind"), KindOnly.class).kind();
    return new Sweep(
        experiment,
        new Search(
            SpaceFormat.read(config.getObject("space")),
            Settings.bind(config.getConfig("objective"), SearchObjective.class),
            (Strategy) Settings.bind(strategy.withoutPath("kind"), StrategySettings.type(kind)),
            budget,
            experiment.train().epochs(),
            experiment.seed()),
        Settings.bind(config.withOnlyPath("runs"), RunsOnly.class).runs());
  }

  /** A trial in one task has one worker. Said in its settings, so that they tell the whole. */
  private static Experiment withWorkers(Experiment experiment, Space space, RunMode runs) {
    boolean open = experiment.averaging().workers().isEmpty();
    return open && runs == RunMode.IN_TASK && space.dimension(WORKERS).isEmpty()
        ? experiment.withWorkers(1)
        : experiment;
  }

  /** What is begun is finished, so a budget below the first trial's epochs begins nothing. */
  private static void requireBudgetOfOne(Search search) {
    Optional<Integer> most = search.budget().epochs();
    if (most.isPresent()
        && search.strategy().next(search, History.EMPTY) instanceof Job first
        && first.epochs() > most.get()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "sweep.budget.epochs = %d is less than a trial takes: %s = %d; give more, or shorter trials",
              most.get(),
              search.strategy() instanceof SuccessiveHalving
                  ? "sweep.strategy.asha.min-epochs"
                  : "train.epochs",
              first.epochs()));
    }
  }

  /**
   * The same images in the size that the experiment asks for or, where sizes are searched, in the
   * first; each trial resizes them as its settings say.
   */
  public TrialData sized(TrialData data) {
    Experiment first = new SpaceChecks(experiment, search.space()).first();
    Optional<Integer> own = experiment.train().augmentation().resize();
    return data.resized(own.or(() -> first.train().augmentation().resize()));
  }

  /** An experiment for each place that trials start from, if not from initial weights. */
  SortedMap<String, Experiment> starts() {
    return new SpaceChecks(experiment, search.space()).starts();
  }

  /**
   * Checks that trials of the space would not be refused, and that their networks can be designed,
   * as {@link SpaceChecks#requireTrials}.
   *
   * @param data what trials train on
   */
  void requireTrials(TrialData data) {
    List<Point> grid =
        search.strategy() instanceof GridSearch exhaustive
            ? exhaustive.points(search.space())
            : List.of();
    new SpaceChecks(experiment, search.space()).requireTrials(data, grid);
  }
}
