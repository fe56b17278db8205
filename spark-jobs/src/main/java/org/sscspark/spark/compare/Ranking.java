package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;
import org.sscspark.report.Headlines.Headline;

/** Which method did best at a density, by the last epoch and the seeds that all have. */
record Ranking(Comparison comparison) {
  /** Dense, the best of each density, and where SSC stands. */
  List<Headline> headlines() {
    List<Headline> headlines = new ArrayList<>();
    comparison
        .denseOnce()
        .filter(cell -> cell.lastAccuracy().isKnown())
        .ifPresent(
            cell ->
                headlines.add(
                    new Headline(
                        "dense",
                        Figures.percent(cell.lastAccuracy().mean()),
                        "last epoch, mean of " + Words.counted(cell.done().size(), "seed"))));
    for (double density : comparison.plan().settings().densities()) {
      Rivals rivals = Rivals.at(comparison, density);
      if (!rivals.isRanked()) {
        continue;
      }
      headlines.add(headline("best at " + Words.asked(density), 1, rivals));
      int ssc = rivals.ssc().map(cell -> rivals.cells().indexOf(cell) + 1).orElse(1);
      if (ssc > 1) {
        headlines.add(headline("ssc at " + Words.asked(density), ssc, rivals));
      }
    }
    return headlines;
  }

  /** Of the densities at which nobody did best, a sentence each. */
  List<String> unranked() {
    return comparison.plan().settings().densities().stream()
        .flatMap(density -> Rivals.at(comparison, density).unranked().stream())
        .toList();
  }

  private static Headline headline(String label, int place, Rivals rivals) {
    Cell cell = rivals.cells().get(place - 1);
    int count = rivals.cells().size();
    return new Headline(
        label,
        Figures.percent(rivals.accuracy(cell).mean()),
        place == 1
            ? cell.key().label() + ", of " + Words.counted(count, "method")
            : "place %s of %s".formatted(place, count));
  }
}
