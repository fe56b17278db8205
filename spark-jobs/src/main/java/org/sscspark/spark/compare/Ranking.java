package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;
import org.sscspark.report.Headlines.Headline;

/** Which method did best at a density, by the last epoch. */
record Ranking(Comparison comparison) {
  /** Dense, the best of each density, and where SSC stands. */
  List<Headline> headlines() {
    List<Headline> headlines = new ArrayList<>();
    comparison
        .find(Method.DENSE, 1)
        .filter(cell -> cell.lastAccuracy().isKnown())
        .ifPresent(
            cell ->
                headlines.add(
                    new Headline(
                        "dense",
                        Figures.percent(cell.lastAccuracy().mean()),
                        "last epoch, mean of " + Words.counted(cell.done().size(), "seed"))));
    for (double density : comparison.plan().settings().densities()) {
      List<Cell> ranked = ranked(density);
      if (ranked.isEmpty()) {
        continue;
      }
      headlines.add(headline("best at " + Words.asked(density), ranked.get(0), 1, ranked));
      for (int place = 1; place < ranked.size(); place++) {
        if (ranked.get(place).key().isSsc()) {
          headlines.add(
              headline("ssc at " + Words.asked(density), ranked.get(place), place + 1, ranked));
        }
      }
    }
    return headlines;
  }

  private static Headline headline(String label, Cell cell, int place, List<Cell> ranked) {
    String method = cell.key().label();
    return new Headline(
        label,
        Figures.percent(cell.lastAccuracy().mean()),
        place == 1
            ? method + ", of " + Words.counted(ranked.size(), "method")
            : "place %s of %s".formatted(place, ranked.size()));
  }

  /** The methods at a density, the best first. */
  List<Cell> ranked(double density) {
    return comparison.at(density).stream()
        .filter(cell -> cell.lastAccuracy().isKnown())
        .sorted(Comparator.comparingDouble(cell -> -cell.lastAccuracy().mean()))
        .toList();
  }
}
