package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsJsonTest {
  private static JsonNode line(long examples, long timed) {
    return MetricsJson.read(
        MetricsJson.line(
            new EpochMetrics(
                0,
                10,
                20,
                new Tally(1, 1, examples),
                0.1,
                timed,
                PhaseSeconds.NONE,
                new RoundSeconds(1, 2, 3, 4),
                Optional.empty(),
                Optional.empty())));
  }

  /** Kind: times of a part told as those of the whole, as after an interruption. */
  @Test
  void timesOfAPartAreKnownAsThat() {
    assertThat(MetricsJson.wholeOverTimed(line(100, 25))).isEqualTo(4);
    assertThat(MetricsJson.wholeOverTimed(line(100, 100))).isEqualTo(1);
    ObjectNode older = (ObjectNode) line(100, 25);
    older.remove("timedExamples");
    assertThat(MetricsJson.wholeOverTimed(older)).isEqualTo(1);
  }
}
