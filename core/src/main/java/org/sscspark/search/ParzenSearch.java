package org.sscspark.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.sscspark.config.BadInputException;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Tree-structured Parzen estimators (TPE: Bergstra et al., "Algorithms for Hyper-Parameter
 * Optimization", NIPS 2011, section 4). The trials known are split into good ones, a share gamma,
 * and bad ones. Of values drawn from the density of the good ones, the next point takes, key by
 * key, the one where that density exceeds the density of the bad ones by the largest factor, which
 * has the largest expected improvement. Written here because no maintained Java library has it:
 * what there is searches grids and at random.
 *
 * <p>To be independent of the order in which jobs end, trial t knows the results of the trials up
 * to t - lag, and of no other; it waits for them. Trials in between count as bad, which keeps new
 * ones away from them.
 *
 * @param startup so many trials are random
 * @param gamma the share of good trials, of which there are 25 at most
 * @param candidates how many values are drawn for each key
 * @param lag how many trials may be under way at once; 1 is the method of the paper
 */
public record ParzenSearch(int startup, double gamma, int candidates, int lag) implements Strategy {
  /** More would flatten the density of the good ones. */
  private static final int MOST_GOOD = 25;

  public ParzenSearch {
    if (startup < 2) {
      throw new BadInputException("Strategy tpe: startup = " + startup + " must be at least 2");
    }
    requirePositive("candidates", candidates);
    requirePositive("lag", lag);
    if (!(gamma > 0 && gamma < 1)) {
      throw new BadInputException("Strategy tpe: gamma = " + gamma + " must be in (0, 1)");
    }
  }

  private static void requirePositive(String name, int count) {
    if (count < 1) {
      throw new BadInputException("Strategy tpe: " + name + " = " + count + " must be positive");
    }
  }

  @Override
  public Suggestion next(Search search, History history) {
    int trial = history.trials();
    if (trial < startup) {
      return NewPoints.job(search, history, RandomSearch.draws(search, trial));
    }
    int known = Math.max(0, trial - lag + 1);
    if (history.running().stream().anyMatch(job -> job.trial() < known)) {
      return Suggestion.None.WAIT;
    }
    return NewPoints.job(search, history, draws(search, history, known));
  }

  private Supplier<Point> draws(Search search, History history, int known) {
    int trial = history.trials();
    SortedMap<Integer, Event> last = history.last();
    List<Point> ranked = ranked(search.objective(), history, last.headMap(known));
    int goodCount = Math.min(MOST_GOOD, (int) Math.ceil(gamma * ranked.size()));
    List<Point> good = ranked.subList(0, goodCount);
    List<Point> bad = new ArrayList<>(ranked.subList(goodCount, ranked.size()));
    for (int other = 0; other < trial; other++) {
      if (other >= known || last.get(other) instanceof Event.Failure) {
        bad.add(history.point(other));
      }
    }
    List<Dimension> dimensions = search.space().dimensions();
    List<Supplier<Double>> coordinates = new ArrayList<>();
    for (int i = 0; i < dimensions.size(); i++) {
      Density likely = density(dimensions.get(i), good);
      Density unlikely = density(dimensions.get(i), bad);
      RandomStream random = RandomStream.of(search.seed(), Purpose.SEARCH, trial, i);
      coordinates.add(() -> best(likely, unlikely, random));
    }
    return () -> search.space().at(coordinates.stream().mapToDouble(Supplier::get).toArray());
  }

  /** The points of the trials whose last event is a result, the best first. */
  private static List<Point> ranked(
      SearchObjective objective, History history, SortedMap<Integer, Event> last) {
    return last.values().stream()
        .filter(Event.Result.class::isInstance)
        .map(Event.Result.class::cast)
        .sorted(
            Comparator.comparing(Event.Result::score, objective.bestFirst())
                .thenComparing(Event.Result::trial))
        .map(result -> history.point(result.trial()))
        .toList();
  }

  private double best(Density good, Density bad, RandomStream random) {
    double best = 0;
    double bestRatio = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < candidates; i++) {
      double candidate = good.draw(random);
      double ratio = good.at(candidate) / bad.at(candidate);
      if (ratio > bestRatio) {
        bestRatio = ratio;
        best = candidate;
      }
    }
    return best;
  }

  /** The density of a key's places over the points where it is set. */
  private static Density density(Dimension dimension, List<Point> points) {
    double[] places =
        points.stream()
            .flatMap(point -> point.value(dimension.key()).stream())
            .mapToDouble(dimension.domain()::position)
            .toArray();
    return dimension.domain() instanceof OneOf choice
        ? CountDensity.of(places, choice.options().size())
        : ParzenDensity.of(places);
  }
}
