package org.sscspark.spark.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.sscspark.spark.cli.Ended;

/** On a machine without a GPU: what is said; on one with, whether it runs at all. */
class BenchGpuCommandTest {
  @Test
  void measuresOrNamesWhatTheMachineLacks() throws Exception {
    Ended ended =
        Ended.ssc(
            "bench",
            "gpu",
            "--networks",
            "convnetx0.5",
            "--densities",
            0.5,
            "--batch",
            4,
            "--steps",
            2,
            "--python",
            "none",
            "--json");
    if (ended.exitCode() == 2) {
      assertThat(ended.err()).containsAnyOf("NVIDIA driver", "NVRTC", "GPU");
      assertThat(ended.out()).isEmpty();
      return;
    }
    JsonNode result = ended.json();
    assertThat(result.get("rows")).hasSize(2);
    assertThat(result.get("gigabytesPerSecond").asDouble()).isPositive();
    assertThat(result.get("torch")).isEmpty();
  }

  @Test
  void namesANetworkThatIsNone() {
    Ended.ssc("bench", "gpu", "--networks", "resnet20xwide")
        .isBadInput("resnet20xwide", "resnet32x2");
    Ended.ssc("bench", "gpu", "--batch", "0").isBadInput("Batch 0");
    Ended.ssc("bench", "gpu", "--python-seconds", "0").isBadInput("PyTorch", "--python none");
  }
}
