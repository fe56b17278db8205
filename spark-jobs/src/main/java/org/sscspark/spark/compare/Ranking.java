package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
      List<Cell> best = rivals.best();
      String names =
          best.stream().map(cell -> cell.key().label()).collect(Collectors.joining(", "));
      int count = rivals.cells().size();
      headlines.add(
          headline(
              "best at ", rivals, best.get(0), names + ", of " + Words.counted(count, "method")));
      rivals
          .ssc()
          .filter(cell -> rivals.place(cell) > 1)
          .ifPresent(
              cell ->
                  headlines.add(
                      headline(
                          "ssc at ",
                          rivals,
                          cell,
                          "place %s of %s".formatted(rivals.place(cell), count))));
    }
    return headlines;
  }

  /** Of the densities at which nobody did best, a sentence each. */
  List<String> unranked() {
    return comparison.plan().settings().densities().stream()
        .flatMap(density -> Rivals.at(comparison, density).unranked().stream())
        .toList();
  }

  private static Headline headline(String label, Rivals rivals, Cell cell, String place) {
    return new Headline(
        label + Words.asked(rivals.density()),
        Figures.percent(rivals.accuracy(cell).mean()),
        place);
  }
}
