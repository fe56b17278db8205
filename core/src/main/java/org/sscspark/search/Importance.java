package org.sscspark.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How much a key mattered, by a simple measure: the share of the variance of scores that groups of
 * trials with similar values of the key explain. It is omega squared of a one-way analysis of
 * variance (Hays, 1963), which takes off what groups explain by chance, and is 0 at least. Groups
 * are the options of a choice, or at most four groups of equally many neighbours in a range. It
 * sees one key at a time: what two keys do only together counts for neither. It also says nothing
 * about values that were not tried. Trials of the same point have the same score and count once.
 *
 * @param share explained, in [0, 1]; empty if there are too few trials to tell
 * @param correlation Spearman's rank correlation of value and score, for ranges and choices of
 *     numbers
 * @param trials of different points that had the key and a score
 */
public record Importance(
    String key, Optional<Double> share, Optional<Double> correlation, int trials) {
  private static final int MOST_GROUPS = 4;
  private static final int LEAST_IN_GROUP = 3;

  /**
   * The importance of each key, the most important first, those that cannot be told last. Scores
   * are those after the fewest epochs of any result, so that promoted trials compare with the
   * others; where the space has train.epochs, what a trial's epochs did is asked too, and they are
   * each trial's last.
   */
  public static List<Importance> of(Space space, History history) {
    List<Event.Result> results =
        oneOfEachPoint(
            space.variesEpochs() ? lastResults(history) : earliestResults(history), history);
    List<Importance> importances = new ArrayList<>();
    for (Dimension dimension : space.dimensions()) {
      importances.add(of(dimension, results, history));
    }
    importances.sort(
        Comparator.comparing(
                (Importance one) -> one.share().orElse(-1.0), Comparator.reverseOrder())
            .thenComparing(Importance::key));
    return importances;
  }

  private static List<Event.Result> earliestResults(History history) {
    int epochs =
        history.events().stream()
            .filter(Event.Result.class::isInstance)
            .mapToInt(Event::epochs)
            .min()
            .orElse(0);
    return history.results(epochs);
  }

  private static List<Event.Result> lastResults(History history) {
    return history.last().values().stream()
        .filter(Event.Result.class::isInstance)
        .map(Event.Result.class::cast)
        .toList();
  }

  private static List<Event.Result> oneOfEachPoint(List<Event.Result> results, History history) {
    Set<Point> seen = new HashSet<>();
    return results.stream().filter(result -> seen.add(history.point(result.trial()))).toList();
  }

  private static Importance of(Dimension dimension, List<Event.Result> results, History history) {
    List<Event.Result> having =
        results.stream()
            .filter(result -> history.point(result.trial()).value(dimension.key()).isPresent())
            .toList();
    Function<Event.Result, Double> place =
        result ->
            dimension
                .domain()
                .shownAt(history.point(result.trial()).value(dimension.key()).orElseThrow());
    boolean choice = dimension.domain() instanceof OneOf;
    return new Importance(
        dimension.key(),
        omegaSquared(choice ? byOption(having, place) : byRank(having, place)),
        dimension.domain().isOrdered() ? correlation(having, place) : Optional.empty(),
        having.size());
  }

  private static List<double[]> byOption(
      List<Event.Result> results, Function<Event.Result, Double> place) {
    return results.stream().collect(Collectors.groupingBy(place)).values().stream()
        .map(Importance::scores)
        .toList();
  }

  private static List<double[]> byRank(
      List<Event.Result> results, Function<Event.Result, Double> place) {
    List<Event.Result> sorted =
        results.stream()
            .sorted(Comparator.comparing(place).thenComparing(Event.Result::trial))
            .toList();
    int groups = Math.min(MOST_GROUPS, sorted.size() / LEAST_IN_GROUP);
    List<double[]> scores = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      int from = i * sorted.size() / groups;
      int to = (i + 1) * sorted.size() / groups;
      scores.add(scores(sorted.subList(from, to)));
    }
    return scores;
  }

  private static double[] scores(List<Event.Result> results) {
    return results.stream().mapToDouble(Event.Result::score).toArray();
  }

  private static Optional<Double> omegaSquared(List<double[]> groups) {
    double[] all = groups.stream().flatMapToDouble(Arrays::stream).toArray();
    int within = all.length - groups.size();
    if (groups.size() < 2 || within < 1) {
      return Optional.empty();
    }
    double mean = Arrays.stream(all).average().orElseThrow();
    double total = Arrays.stream(all).map(score -> (score - mean) * (score - mean)).sum();
    double between = 0;
    for (double[] group : groups) {
      double distance = Arrays.stream(group).average().orElseThrow() - mean;
      between += group.length * distance * distance;
    }
    double noise = Math.max(0, total - between) / within;
    double explained = (between - (groups.size() - 1) * noise) / (total + noise);
    // Equal scores leave nothing to explain: 0 / 0.
    return Optional.of(explained > 0 ? Math.min(1, explained) : 0);
  }

  private static Optional<Double> correlation(
      List<Event.Result> results, Function<Event.Result, Double> place) {
    if (results.size() < LEAST_IN_GROUP) {
      return Optional.empty();
    }
    double[] places = results.stream().map(place).mapToDouble(Double::doubleValue).toArray();
    double correlation = new SpearmansCorrelation().correlation(places, scores(results));
    return Double.isFinite(correlation) ? Optional.of(correlation) : Optional.empty();
  }
}
