package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.History;
import org.sscspark.search.Job;
import org.sscspark.search.RandomSearch;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Standing;
import org.sscspark.search.Strategy;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.train.Experiments;
import org.sscspark.training.MetricsJson;

class SweepStatusTest {
  private static final JsonNode EPOCH =
      MetricsJson.read("{\"epoch\": 2, \"evaluation\": {\"accuracy\": 0.5, \"loss\": 1}}");

  private static Sweep sweep(Strategy strategy) {
    Space space = Space.builder().choice("density", "0.1", "0.2").build();
    return Sweep.of(
        Experiments.tiny("train.epochs=9", "averaging.workers=1"),
        space,
        SearchObjective.maximize("validation-accuracy"),
        strategy,
        Budget.trials(10));
  }

  private static Job job(Sweep sweep, int trial, int epochs) {
    return new Job(trial, sweep.search().space().grid(2).get(trial % 2), epochs);
  }

  private static SweepStatus status(Sweep sweep, List<SweepStatus.Running> running) {
    History history =
        History.of(
            List.of(
                job(sweep, 0, 1),
                job(sweep, 1, 1),
                new Event.Result(0, 1, 0.25),
                new Event.Result(1, 1, 0.125),
                job(sweep, 2, 1),
                new Event.Failure(2, 1, "broken"),
                job(sweep, 0, 3)));
    return new SweepStatus(
        sweep,
        Optional.of(Duration.ofMinutes(2)),
        running,
        Standing.leaderboard(sweep.search(), history));
  }

  @Test
  void aTerminalSeesWhatRunsAndTheBestSoFar() {
    Sweep sweep = sweep(new SuccessiveHalving(1, 3));
    SweepStatus.Running running =
        SweepStatus.Running.of(job(sweep, 0, 3), Optional.of(EPOCH), sweep.metric());
    assertThat(status(sweep, List.of(running)).lines())
        .containsExactly(
            "3 trials, 1 paused, 1 failed, new ones for 2 min 00 s",
            "         trial  epochs  rung  validation-accuracy  density",
            "-------  -----  ------  ----  -------------------  -------",
            "running      0     2/3   2/3              50.00 %      0.1",
            "best         0       1   1/3              25.00 %      0.1",
            "best         1       1   1/3              12.50 %      0.2");
  }

  @Test
  void aLogSeesTheSameInOneLine() {
    Sweep sweep = sweep(new SuccessiveHalving(1, 3));
    SweepStatus.Running running =
        SweepStatus.Running.of(job(sweep, 0, 3), Optional.empty(), sweep.metric());
    assertThat(status(sweep, List.of(running)).line())
        .isEqualTo(
            "3 trials, 1 paused, 1 failed, new ones for 2 min 00 s,"
                + " best 25.00 % (trial 0, 1 epochs), running: 0 at 0/3");
  }

  @Test
  void manyTrialsUnderWayAreCounted() {
    Sweep sweep = sweep(new RandomSearch());
    SweepStatus.Running running =
        SweepStatus.Running.of(job(sweep, 0, 9), Optional.of(EPOCH), sweep.metric());
    SweepStatus status = status(sweep, Collections.nCopies(20, running));
    assertThat(status.lines()).hasSize(1 + 2 + 8 + 2);
    assertThat(status.lines().get(0)).endsWith(" and 12 more under way");
    assertThat(status.lines().get(1)).doesNotContain("rung");
    assertThat(status.line()).endsWith("0 at 2/9 and 12 more under way");
  }
}
