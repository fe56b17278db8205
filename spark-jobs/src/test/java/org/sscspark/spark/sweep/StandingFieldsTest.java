package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.History;
import org.sscspark.search.Job;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Standing;
import org.sscspark.search.SuccessiveHalving;
import org.sscspark.spark.sweep.StandingFields.Ranked;
import org.sscspark.spark.train.Experiments;

class StandingFieldsTest {
  private static final Sweep SWEEP =
      Sweep.of(
          Experiments.tiny("train.epochs=9", "averaging.workers=1"),
          Space.builder().choice("density", "0.1", "0.2").build(),
          SearchObjective.maximize("validation-accuracy"),
          new SuccessiveHalving(1, 3),
          Budget.trials(10));

  private static Job job(int trial, int epochs) {
    return new Job(trial, SWEEP.search().space().grid(2).get(trial % 2), epochs);
  }

  private static List<Ranked> board() {
    History history =
        History.of(
            List.of(
                job(0, 1),
                job(1, 1),
                new Event.Result(0, 1, 0.25),
                new Event.Result(1, 1, 0.125),
                job(2, 1),
                new Event.Failure(2, 1, "broken, twice"),
                job(0, 3)));
    return Ranked.of(Standing.leaderboard(SWEEP.search(), history));
  }

  @Test
  void tableCsvAndDocumentHaveTheirBytes() {
    StandingFields fields = new StandingFields(SWEEP);
    assertThat(fields.table().table(board()).text())
        .isEqualTo(
            """
            trial  validation-accuracy  epochs  state    density
            -----  -------------------  ------  -------  -------
                0              25.00 %       1  running      0.1
                1              12.50 %       1  paused       0.2
                2                            0  failed       0.1
            """);
    assertThat(fields.results().csv(board()))
        .isEqualTo(
            "rank,trial,state,epochs,validation-accuracy,density,reason\r\n"
                + "1,0,running,1,0.25,0.1,\r\n"
                + "2,1,paused,1,0.125,0.2,\r\n"
                + "3,2,failed,0,,0.1,\"broken, twice\"\r\n");
    assertThat(board().stream().map(one -> fields.document(one).toString()))
        .containsExactly(
            "{\"trial\":0,\"state\":\"running\",\"epochs\":1,\"score\":0.25,"
                + "\"values\":{\"density\":\"0.1\"}}",
            "{\"trial\":1,\"state\":\"paused\",\"epochs\":1,\"score\":0.125,"
                + "\"values\":{\"density\":\"0.2\"}}",
            "{\"trial\":2,\"state\":\"failed\",\"epochs\":0,"
                + "\"values\":{\"density\":\"0.1\"},\"reason\":\"broken, twice\"}");
  }
}
