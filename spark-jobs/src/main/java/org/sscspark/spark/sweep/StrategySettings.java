package org.sscspark.spark.sweep;

import java.util.Optional;
import org.sscspark.search.GridSearch;
import org.sscspark.search.ParzenSearch;
import org.sscspark.search.RandomSearch;
import org.sscspark.search.SobolSearch;
import org.sscspark.search.Strategy;
import org.sscspark.search.SuccessiveHalving;

/**
 * The section {@code sweep.strategy}.
 *
 * @param kind which strategy
 * @param asha what it needs, if it is that
 * @param tpe what it needs, if it is that
 */
record StrategySettings(Kind kind, SuccessiveHalving asha, Tpe tpe) {
  /** The strategies, as users call them. */
  enum Kind {
    GRID,
    RANDOM,
    SOBOL,
    ASHA,
    TPE
  }

  /**
   * As {@link ParzenSearch}.
   *
   * @param lag how many trials may be under way; if not given, as {@link SlotDefaults} say
   */
  record Tpe(int startup, double gamma, int candidates, Optional<Integer> lag) {}

  Strategy strategy(SlotDefaults unset) {
    return switch (kind) {
      case GRID -> new GridSearch();
      case RANDOM -> new RandomSearch();
      case SOBOL -> new SobolSearch();
      case ASHA -> asha;
      case TPE ->
          new ParzenSearch(
              tpe.startup(), tpe.gamma(), tpe.candidates(), tpe.lag().orElse(unset.lag()));
    };
  }

  static Kind kind(Strategy strategy) {
    if (strategy instanceof GridSearch) {
      return Kind.GRID;
    }
    if (strategy instanceof RandomSearch) {
      return Kind.RANDOM;
    }
    if (strategy instanceof SobolSearch) {
      return Kind.SOBOL;
    }
    return strategy instanceof SuccessiveHalving ? Kind.ASHA : Kind.TPE;
  }

  static Class<? extends Record> type(Kind kind) {
    return switch (kind) {
      case GRID -> GridSearch.class;
      case RANDOM -> RandomSearch.class;
      case SOBOL -> SobolSearch.class;
      case ASHA -> SuccessiveHalving.class;
      case TPE -> ParzenSearch.class;
    };
  }
}
