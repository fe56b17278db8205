package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.GradientSources;
import org.sscspark.report.Figures;
import org.sscspark.search.Budget;
import org.sscspark.search.Dimension;
import org.sscspark.search.GridSearch;
import org.sscspark.search.OneOf;
import org.sscspark.search.Point;
import org.sscspark.search.Search;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Strategy;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.RunMode;
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
  private static final String WORKERS = "averaging.workers";

  /** Of so many points of a grid networks are designed before anything runs. */
  private static final int DESIGNED = 200;

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
    Metric.of(search.objective().metric());
    for (Dimension dimension : search.space().dimensions()) {
      requireKey(experiment, dimension);
    }
    experiment = withWorkers(experiment, search.space(), runs);
    for (Point point : extremes(search.space())) {
      requireValues(experiment, point, runs);
    }
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
   * @param slots of the cluster
   * @throws BadInputException if the settings are no sweep
   */
  public static Sweep read(Settings settings, int slots) {
    Experiment experiment = settings.bind(Experiment.class);
    Config section = settings.config().getConfig(SECTION);
    SweepSettings sweep =
        Settings.bind(section.withoutPath("space").atPath(SECTION), Section.class).sweep();
    Experiment base =
        sweep.runs() == RunMode.DATA_PARALLEL
            ? experiment.withWorkers(experiment.averaging().workers().orElse(slots))
            : experiment;
    return new Sweep(
        base,
        new Search(
            SpaceFormat.read(section.getObject("space")),
            sweep.objective().objective(),
            sweep.strategy().strategy(slots),
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

  private static Experiment at(Experiment base, Point point) {
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

  private static void requireKey(Experiment experiment, Dimension dimension) {
    String value = dimension.domain().at(0);
    try {
      Settings.of(experiment, List.of(dimension.key() + "=" + value));
    } catch (BadInputException e) {
      throw new BadInputException("Space: " + e.getMessage(), e);
    }
  }

  private static void requireValues(Experiment base, Point point, RunMode runs) {
    Experiment experiment;
    try {
      experiment = at(base, point);
    } catch (BadInputException e) {
      throw new BadInputException("Space, at the point " + point + ": " + e.getMessage(), e);
    }
    Optional<Integer> workers = experiment.averaging().workers();
    if (runs == RunMode.IN_TASK && workers.filter(count -> count != 1).isPresent()) {
      throw new BadInputException(
          "A trial in one task has one worker, but averaging.workers = %s; leave it out, or set"
                  .formatted(workers.get())
              + " sweep.runs=data-parallel");
    }
  }

  /**
   * Checks that networks of the space can be designed: at the options and bounds of each key, the
   * other keys being at their first values, and at the first points of a grid. Networks that follow
   * from scores or from trained weights are known when their trials begin.
   *
   * @param input of the training set
   * @param classes of the training set
   * @throws BadInputException if one cannot; the point is named
   */
  void requireNetworks(FeatureShape input, int classes) {
    List<Point> points = new ArrayList<>(extremes(search.space()));
    if (search.strategy() instanceof GridSearch exhaustive) {
      List<Point> grid = exhaustive.points(search.space());
      points.addAll(grid.subList(0, Math.min(grid.size(), DESIGNED)));
    }
    Set<List<?>> designed = new HashSet<>();
    for (Point point : points) {
      Experiment one = at(point);
      if (one.from().isEmpty() && designed.add(List.of(one.design(), one.macs()))) {
        requireNetwork(one, point, input, classes);
      }
    }
  }

  private static void requireNetwork(
      Experiment experiment, Point point, FeatureShape input, int classes) {
    try {
      if (experiment.method().scores()) {
        experiment.design().dense(input, classes);
      } else {
        experiment.designed(input, classes, GradientSources.NONE);
      }
    } catch (BadInputException e) {
      throw new BadInputException("Space, at the point " + point + ": " + e.getMessage(), e);
    }
  }

  /** Points at which each key has each of its options, or the bounds of its range. */
  private static List<Point> extremes(Space space) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < space.dimensions().size(); i++) {
      Dimension dimension = space.dimensions().get(i);
      List<Double> places =
          dimension.domain() instanceof OneOf choice
              ? choice.options().stream().map(choice::position).toList()
              : List.of(0.0, Math.nextDown(1.0));
      for (double place : places) {
        double[] all = new double[space.dimensions().size()];
        Arrays.fill(all, 0);
        all[i] = place;
        activate(space, dimension, all);
        points.add(space.at(all));
      }
    }
    return points;
  }

  /** Moves to where the key is set. */
  private static void activate(Space space, Dimension dimension, double[] place) {
    Optional<Dimension> child = Optional.of(dimension);
    while (child.isPresent() && child.get().when().isPresent()) {
      Dimension parent = space.dimension(child.get().when().get().key()).orElseThrow();
      String value = child.get().when().get().values().get(0);
      place[space.dimensions().indexOf(parent)] = parent.domain().position(value);
      child = Optional.of(parent);
    }
  }
}
