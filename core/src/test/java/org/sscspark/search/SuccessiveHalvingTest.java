package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sscspark.search.Event.Failure;
import org.sscspark.search.Event.Result;

class SuccessiveHalvingTest {
  private static final Space LINE = Space.builder().uniform("x", 0, 1).build();

  private static Search search(SuccessiveHalving strategy, int trials) {
    return Simulation.minimize(LINE, strategy, trials, 3);
  }

  @Test
  void rungsGrowByEtaAndEndWithAWholeTrial() {
    assertThat(new SuccessiveHalving(1, 3).rungs(9)).containsExactly(1, 3, 9);
    assertThat(new SuccessiveHalving(1, 3).rungs(10)).containsExactly(1, 3, 9, 10);
    assertThat(new SuccessiveHalving(2, 4).rungs(5)).containsExactly(2, 5);
  }

  @Test
  void theBestThirdOfARungGoesOnAsSoonAsItIsKnown() {
    Search search = search(new SuccessiveHalving(1, 3), 9);
    History history = History.EMPTY;
    double[] scores = {0.5, 0.2, 0.9};
    for (int trial = 0; trial < 3; trial++) {
      Job job = (Job) search.next(history);
      assertThat(job.trial()).isEqualTo(trial);
      assertThat(job.epochs()).isEqualTo(1);
      history = history.plus(job).plus(new Result(trial, 1, scores[trial]));
    }
    Job promoted = (Job) search.next(history);
    assertThat(promoted).isEqualTo(new Job(1, history.point(1), 3));
    // One of three is out; the next has to be new.
    history = history.plus(promoted);
    Job started = (Job) search.next(history);
    assertThat(started.trial()).isEqualTo(3);
    // A better one arrives: of four only one is in the first third, and it is not yet promoted.
    history = history.plus(started).plus(new Result(3, 1, 0.1));
    assertThat(search.next(history)).isEqualTo(new Job(3, history.point(3), 3));
  }

  @Test
  void theHighestRungThatHasACandidateGoesFirst() {
    Search search = search(new SuccessiveHalving(1, 2), 20);
    Point point = Point.of(Map.of("x", "0.5"));
    History history =
        History.of(
            List.of(
                new Job(0, point, 1),
                new Job(1, point, 1),
                new Job(2, point, 1),
                new Job(3, point, 1),
                new Result(0, 1, 0.4),
                new Result(1, 1, 0.3),
                new Job(1, point, 2),
                new Result(2, 1, 0.2),
                new Result(3, 1, 0.1),
                new Job(3, point, 2),
                new Result(1, 2, 0.3),
                new Result(3, 2, 0.2)));
    // Trial 2 could go to 2 epochs, trial 3 to 4.
    assertThat(search.next(history)).isEqualTo(new Job(3, point, 4));
    History failed = history.plus(new Job(3, point, 4)).plus(new Failure(3, 4, "lost"));
    assertThat(search.next(failed)).isEqualTo(new Job(2, point, 2));
  }

  @Test
  void mostTrialsStayAtTheFirstRungAndTheBestReachTheLast() {
    Search search = search(new SuccessiveHalving(1, 3), 81);
    History history =
        Simulation.run(
            search, 4, 9, job -> Simulation.number(job.point(), "x") + 1.0 / job.epochs());
    List<Standing> board = Standing.leaderboard(search, history);
    // Two thirds, less about sqrt(81) that were promoted before better ones were known.
    assertThat(board).filteredOn(standing -> standing.epochs() == 1).hasSizeBetween(44, 54);
    assertThat(board.get(0).state()).isEqualTo(Standing.State.COMPLETE);
    assertThat(Simulation.number(board.get(0).point(), "x")).isLessThan(0.06);
    // A full search of 81 trials would be 729 epochs.
    assertThat(history.epochs()).isBetween(81 + 2 * 24 + 6 * 6, 81 + 2 * 37 + 6 * 16);
  }

  @Test
  void theExpectedEpochsPromoteOneInEta() {
    // 9 trials of 1 epoch, 3 of 2 more, 1 of 6 more.
    assertThat(search(new SuccessiveHalving(1, 3), 9).expectedEpochs()).hasValue(9 + 6 + 6);
  }
}
