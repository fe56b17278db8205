package org.sscspark.spark.sweep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.data.DatasetManifest;
import org.sscspark.pruning.GradientSources;
import org.sscspark.search.Dimension;
import org.sscspark.search.OneOf;
import org.sscspark.search.Point;
import org.sscspark.search.RealRange;
import org.sscspark.search.Scale;
import org.sscspark.search.Space;
import org.sscspark.search.Strategy;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialData;

/**
 * Holds a space against the experiment that it varies, before anything runs.
 *
 * @param base what keys that are not in the space have
 */
record SpaceChecks(Experiment base, Space space) {
  /** Of so many points of a grid networks are designed before anything runs. */
  private static final int DESIGNED = 200;

  /** In so many steps a range is looked through for a value that is no whole number. */
  private static final int PLACES = 100;

  /**
   * Checks that the experiment has the keys.
   *
   * @throws BadInputException if it does not know one
   */
  void requireKeys() {
    space.dimensions().forEach(dimension -> requireKey(base, dimension));
  }

  private static void requireKey(Experiment experiment, Dimension dimension) {
    String value = dimension.domain().at(0);
    try {
      Settings.of(experiment, List.of(dimension.key() + "=" + value));
    } catch (BadInputException e) {
      throw new BadInputException("Space: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that the experiment takes the values: all options, the bounds of ranges, and what lies
   * between them.
   *
   * @throws BadInputException if one is refused; the key or the point is named
   */
  void requireValues(RunMode runs, Strategy strategy) {
    space.dimensions().forEach(this::requireFractions);
    for (Point point : extremes()) {
      require(
          point,
          experiment -> {
            requireOneWorker(experiment, runs);
            Trial.requireWhole(experiment);
            if (strategy instanceof SuccessiveHalving asha) {
              requirePrunedWhenRanked(experiment, asha);
            }
          });
    }
  }

  private static void requirePrunedWhenRanked(Experiment experiment, SuccessiveHalving asha) {
    if (experiment.denseEpochs() >= asha.minEpochs()) {
      throw new BadInputException(
          "Strategy asha would rank trials of method = %s after min-epochs = %s, while they have all weights, which is until epoch %s; raise sweep.strategy.asha.min-epochs, or lower pruning.dense-share"
              .formatted(experiment.method(), asha.minEpochs(), experiment.denseEpochs()));
    }
  }

  private static void requireOneWorker(Experiment experiment, RunMode runs) {
    Optional<Integer> workers = experiment.averaging().workers();
    if (runs == RunMode.IN_TASK && workers.filter(count -> count != 1).isPresent()) {
      throw new BadInputException(
          "A trial in one task has one worker, but averaging.workers = %s; leave it out, or set"
                  .formatted(workers.get())
              + " sweep.runs=data-parallel");
    }
  }

  /** Checks the experiment of a point, and names the point unless all points fail alike. */
  private void require(Point point, Consumer<Experiment> check) {
    try {
      check.accept(Sweep.at(base, point));
    } catch (BadInputException e) {
      if (complaint(check).filter(e.getMessage()::equals).isPresent()) {
        throw e;
      }
      throw new BadInputException("Space, at the point " + point + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> complaint(Consumer<Experiment> check) {
    try {
      check.accept(base);
      return Optional.empty();
    } catch (BadInputException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Bounds of a range of reals can be whole numbers, and what lies between them is not. */
  private void requireFractions(Dimension dimension) {
    if (!(dimension.domain() instanceof RealRange range)) {
      return;
    }
    Optional<Point> between = fraction(dimension, range);
    if (between.isPresent()
        && !isTaken(between.get())
        && isTaken(rounded(between.get(), dimension.key()))) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "Space, key %s: it takes whole numbers; give %s = [%d, %d]",
              dimension.key(),
              range.scale() == Scale.LOGARITHMIC ? "log-integers" : "integers",
              (long) Math.floor(range.low()),
              (long) Math.ceil(range.high())));
    }
  }

  /** A point at which a range has a value that is no whole number, if there is one. */
  private Optional<Point> fraction(Dimension dimension, RealRange range) {
    return IntStream.range(1, PLACES)
        .mapToDouble(place -> (double) place / PLACES)
        .filter(place -> Double.parseDouble(range.at(place)) % 1 != 0)
        .mapToObj(place -> point(dimension, place))
        .findFirst();
  }

  private static Point rounded(Point point, String key) {
    Map<String, String> values = new TreeMap<>(point.values());
    values.computeIfPresent(
        key, (same, value) -> Long.toString(Math.round(Double.parseDouble(value))));
    return Point.of(values);
  }

  private boolean isTaken(Point point) {
    try {
      Experiment unused = Sweep.at(base, point);
      return true;
    } catch (BadInputException e) {
      return false;
    }
  }

  /**
   * Checks that trials of the space would not be refused, and that their networks can be designed:
   * at the options and bounds of each key, the other keys being at their first values, and at the
   * first points of a grid. Networks that follow from scores or from trained weights are known when
   * their trials begin.
   *
   * @param data what trials train on
   * @param grid all points of a grid; none of another strategy
   * @throws BadInputException if one would, or cannot; the point is named
   */
  void requireTrials(TrialData data, List<Point> grid) {
    List<Point> points = new ArrayList<>(extremes());
    points.addAll(grid.subList(0, Math.min(grid.size(), DESIGNED)));
    Set<List<?>> designed = new HashSet<>();
    for (Point point : points) {
      require(point, one -> sized(data, one).requireTrainable(one));
      Experiment one = Sweep.at(base, point);
      if (one.from().isEmpty() && designed.add(List.of(one.design(), one.macs()))) {
        requireNetwork(one, point, sized(data, one).training().manifest());
      }
    }
  }

  private static TrialData sized(TrialData data, Experiment experiment) {
    return data.resized(experiment.train().augmentation().resize());
  }

  /** The experiment of the point at which every key has its first value. */
  Experiment first() {
    return Sweep.at(base, space.at(new double[space.dimensions().size()]));
  }

  /**
   * An experiment for each place that trials start from, if they do not start from initial weights.
   */
  SortedMap<String, Experiment> starts() {
    SortedMap<String, Experiment> starts = new TreeMap<>();
    Stream.concat(Stream.of(first()), extremes().stream().map(point -> Sweep.at(base, point)))
        .forEach(one -> one.from().ifPresent(from -> starts.putIfAbsent(from, one)));
    return starts;
  }

  private static void requireNetwork(Experiment experiment, Point point, DatasetManifest training) {
    if (experiment.method().scores()) {
      return;
    }
    try {
      experiment.designed(training.shape(), training.classes().size(), GradientSources.NONE);
    } catch (BadInputException e) {
      throw new BadInputException("Space, at the point " + point + ": " + e.getMessage(), e);
    }
  }

  /** Points at which each key has each of its options, or the bounds of its range. */
  private List<Point> extremes() {
    List<Point> points = new ArrayList<>();
    for (Dimension dimension : space.dimensions()) {
      List<Double> places =
          dimension.domain() instanceof OneOf choice
              ? choice.options().stream().map(choice::position).toList()
              : List.of(0.0, Math.nextDown(1.0));
      for (double place : places) {
        points.add(point(dimension, place));
      }
    }
    return points;
  }

  /** Where a key is at a place of its range, the other keys being at their first values. */
  private Point point(Dimension dimension, double place) {
    double[] all = new double[space.dimensions().size()];
    all[space.dimensions().indexOf(dimension)] = place;
    activate(dimension, all);
    return space.at(all);
  }

  /** Moves to where the key is set. */
  private void activate(Dimension dimension, double[] place) {
    Optional<Dimension> child = Optional.of(dimension);
    while (child.isPresent() && child.get().when().isPresent()) {
      Dimension parent = space.dimension(child.get().when().get().key()).orElseThrow();
      String value = child.get().when().get().values().get(0);
      place[space.dimensions().indexOf(parent)] = parent.domain().position(value);
      child = Optional.of(parent);
    }
  }
}
