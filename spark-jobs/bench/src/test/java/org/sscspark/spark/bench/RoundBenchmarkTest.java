package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sscspark.spark.bench.Interleaved.Timing;

class RoundBenchmarkTest {
  private static final int BYTES = 1 << 20;

  private byte[] kept;

  @Test
  void countsWhatARoundAllocates() {
    double bytes = RoundBenchmark.measure(counts -> kept = new byte[BYTES], 0.2);

    assertThat(kept).hasSize(BYTES);
    assertThat(bytes).isCloseTo(BYTES, within(0.1 * BYTES));
  }

  @Test
  void warmsUpAndThenMeasuresThreeRoundsAtLeast() {
    List<Boolean> rounds = new ArrayList<>();

    RoundBenchmark.measure(
        counts -> {
          rounds.add(counts);
          sleep(5);
        },
        0);

    assertThat(rounds.get(0)).isFalse();
    assertThat(rounds.stream().filter(counts -> counts)).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void runsSubjectsInTurnAndLetsSlowOnesSitOut() {
    List<String> order = new ArrayList<>();
    Interleaved interleaved = new Interleaved();
    interleaved.add(
        "slow",
        () -> {
          order.add("slow");
          sleep(60);
        });
    interleaved.addTimed(
        "fast",
        () -> {
          order.add("fast");
          sleep(1);
          return order.size();
        });
    Map<String, Timing> timings = interleaved.run(0.5);

    assertThat(order.subList(0, 2)).containsExactly("slow", "fast");
    assertThat(timings.get("slow").bestMillis()).isGreaterThanOrEqualTo(60);
    assertThat(timings.get("slow").samples()).isEqualTo(3);
    assertThat(timings.get("fast").samples()).isGreaterThan(3);
    assertThat(timings.get("fast").medianMillis()).isGreaterThan(timings.get("fast").bestMillis());
  }

  @Test
  void aSampleOfAShortSubjectIsTheMeanOfSeveralRunsInARow() {
    List<String> order = new ArrayList<>();
    Interleaved interleaved = new Interleaved();
    interleaved.addRepeated(
        "short",
        () -> {
          order.add("short");
          sleep(1);
        });
    interleaved.add("other", () -> order.add("other"));
    Timing timing = interleaved.run(0.1).get("short");

    assertThat(timing.bestMillis()).isBetween(1.0, 2.0);
    assertThat(String.join(" ", order)).contains("other short short short");
  }

  /** Kind: a median of evenly many samples, which is between the two in the middle. */
  @Test
  void theMedianOfFourSamplesIsBetweenTheMiddleTwo() {
    // The first warms up; with the fifth the subject has had its share of the time, it says.
    Iterator<Double> millis = List.of(1000.0, 10.0, 20.0, 5.0, 40.0).iterator();
    Interleaved interleaved = new Interleaved();
    interleaved.addTimed("four", () -> millis.next());

    assertThat(interleaved.run(0.2).get("four")).isEqualTo(new Timing(5, 15, 4));
  }

  @Test
  void aFailureOfASubjectReachesTheCaller() {
    assertThatThrownBy(
            () ->
                RoundBenchmark.measure(
                    counts -> {
                      throw new IllegalArgumentException("broken subject");
                    },
                    0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("broken subject");
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
