package org.sscspark.spark.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Settings;
import org.sscspark.search.Dimension;
import org.sscspark.search.Domain;
import org.sscspark.search.IntegerRange;
import org.sscspark.search.ParzenSearch;
import org.sscspark.search.RealRange;
import org.sscspark.spark.sweep.StrategySettings.Kind;

/** Settings of a sweep that were given and change nothing in what it tries. */
public final class UnusedSweepSettings {
  private static final String STRATEGY = "sweep.strategy.";

  private UnusedSweepSettings() {}

  /**
   * What to tell a user of them.
   *
   * @return one line, if there is anything to tell
   */
  public static Optional<String> text(Settings settings, Sweep sweep) {
    List<String> sentences = new ArrayList<>();
    List<String> unused = new ArrayList<>(ofStrategies(settings, sweep));
    unused.addAll(levels(sweep));
    unused.addAll(overridden(settings, sweep));
    unused.addAll(withoutScore(sweep));
    if (!unused.isEmpty()) {
      sentences.add("Settings without effect: " + String.join(", ", unused));
    }
    startup(sweep).ifPresent(sentences::add);
    return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", sentences));
  }

  private static Kind kind(Sweep sweep) {
    return StrategySettings.kind(sweep.search().strategy());
  }

  private static String because(Sweep sweep) {
    return " (" + STRATEGY + "kind = " + KebabCase.of(kind(sweep)) + ")";
  }

  /** Those of strategies that were not chosen. */
  private static List<String> ofStrategies(Settings settings, Sweep sweep) {
    return settings.given().stream()
        .filter(key -> key.startsWith(STRATEGY) && key.indexOf('.', STRATEGY.length()) > 0)
        .filter(key -> !Settings.isWithin(key, STRATEGY + KebabCase.of(kind(sweep))))
        .map(key -> key + because(sweep))
        .toList();
  }

  private static List<String> levels(Sweep sweep) {
    return kind(sweep) == Kind.GRID
        ? List.of()
        : sweep.search().space().dimensions().stream()
            .filter(dimension -> hasLevels(dimension.domain()))
            .map(dimension -> "sweep.space." + dimension.key() + ".levels" + because(sweep))
            .toList();
  }

  private static boolean hasLevels(Domain domain) {
    return domain instanceof RealRange range && range.levels().isPresent()
        || domain instanceof IntegerRange integers && integers.levels().isPresent();
  }

  /** Arguments whose place the space takes in every trial. A file's value may serve other runs. */
  private static List<String> overridden(Settings settings, Sweep sweep) {
    String[] always =
        sweep.search().space().dimensions().stream()
            .filter(dimension -> dimension.when().isEmpty())
            .map(Dimension::key)
            .toArray(String[]::new);
    return settings.arguments().stream()
        .filter(key -> Settings.isWithin(key, always))
        .map(key -> key + " (sweep.space has it)")
        .toList();
  }

  /** Keys of the space that decide how a trial is run, and not what comes of it. */
  private static List<String> withoutScore(Sweep sweep) {
    return sweep.search().space().keys().stream()
        .filter(key -> Settings.isWithin(key, "checkpoint", "averaging.reduce"))
        .map(key -> "sweep.space." + key + " (it changes no score)")
        .toList();
  }

  private static Optional<String> startup(Sweep sweep) {
    Optional<Integer> trials = sweep.search().budget().trials();
    return sweep.search().strategy() instanceof ParzenSearch tpe
            && trials.filter(most -> most <= tpe.startup()).isPresent()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "All trials are random: %stpe.startup = %d, sweep.budget.trials = %d",
                STRATEGY,
                tpe.startup(),
                trials.get()))
        : Optional.empty();
  }
}
