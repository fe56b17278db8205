package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.GridSearch;
import org.sscspark.search.History;
import org.sscspark.search.Importance;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Standing;
import org.sscspark.spark.train.Experiments;

class SweepReportTest {
  private static String page(Space space) {
    Sweep sweep =
        Sweep.of(
            Experiments.tiny("train.epochs=9", "averaging.workers=1"),
            space,
            SearchObjective.maximize("validation-accuracy"),
            new GridSearch(),
            Budget.trials(2));
    History history = History.EMPTY;
    for (int trial = 0; trial < 2; trial++) {
      Point point = space.grid(2).get(trial);
      int epochs = sweep.search().epochs(point);
      history =
          history
              .plus(new Job(trial, point, epochs))
              .plus(new Event.Result(trial, epochs, 0.25 * (2 - trial)));
    }
    return new SweepReport(
            new SweepResult(
                sweep,
                URI.create("file:/sweep"),
                new TreeMap<>(),
                history,
                Standing.leaderboard(sweep.search(), history),
                Importance.of(space, history),
                new TreeMap<>(),
                new TreeMap<>(),
                1))
        .page()
        .html();
  }

  @Test
  void aTrialHasNoLengthWhereLengthsAreSearched() {
    assertThat(page(Space.builder().choice("train.epochs", 5, 7).build()))
        .contains("trial 0, 5 epochs", "trials differ in train.epochs", "own last epoch")
        .doesNotContain("a whole trial has", "the fewest epochs");
    assertThat(page(Space.builder().choice("density", 0.5, 0.25).build()))
        .contains("a whole trial has 9", "the fewest epochs");
  }
}
