package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** With settings so small that the numbers say nothing. */
class BenchCommandTest {
  @Test
  void measuresKernelsBesideThePeak() throws Exception {
    JsonNode result =
        Ended.ssc("bench", "kernels", "--shapes", "16@3", "--batch", 1, "--seconds", 0, "--json")
            .json();

    assertThat(result.get("peakGigaflops").asDouble()).isPositive();
    assertThat(result.get("rows")).hasSize(4 * 3);
    for (JsonNode row : result.get("rows")) {
      assertThat(row.get("shape").asText()).isEqualTo("16@3");
      assertThat(row.get("density").asDouble()).isBetween(0.05, 1.0);
      assertThat(row.get("bestMillis").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(row.get("medianMillis").asDouble());
      assertThat(row.get("ofPeak").asDouble()).isPositive();
    }
  }

  @Test
  void measuresStepsOfEveryEngine() throws Exception {
    JsonNode result =
        Ended.ssc(
                "bench",
                "train",
                "--model",
                "convnet",
                "--width",
                0.5,
                "--densities",
                0.5,
                "--batch",
                2,
                "--seconds",
                0,
                "--json")
            .json();

    assertThat(result.get("rows").findValuesAsText("engine"))
        .containsExactly("nd4j", "nd4j", "lane", "lane");
    for (JsonNode row : result.get("rows")) {
      assertThat(row.get("bestMillis").asDouble()).isPositive();
      assertThat(row.get("speedUp").asDouble()).isPositive();
    }
    JsonNode dense = result.get("rows").get(2);
    JsonNode sparse = result.get("rows").get(3);
    assertThat(sparse.get("weights").asInt()).isLessThan(dense.get("weights").asInt());
  }

  @Test
  void namesAShapeThatDoesNotFit() {
    Ended.ssc("bench", "kernels", "--shapes", "24@8").isBadInput("24@8", "64@32");
    Ended.ssc("bench", "kernels", "--shapes", "big").isBadInput("big", "64@32");
  }
}
