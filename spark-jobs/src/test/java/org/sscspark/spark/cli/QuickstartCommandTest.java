package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartCommandTest {
  @TempDir private Path folder;

  private static Ended quickstart(Path out, Object... more) {
    Object[] arguments = new Object[more.length + 9];
    Object[] first = {
      "quickstart",
      "--master",
      "local[2]",
      "--out",
      out,
      "model.name=convnet",
      "train.epochs=1",
      "train.augmentation.crop-padding=0",
      "--json"
    };
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return Ended.ssc(arguments);
  }

  @Test
  void bothNetworksLearnAndASecondStartDoesTheSameAgain() throws IOException {
    Path out = folder.resolve("quickstart");
    JsonNode first = quickstart(out).json();
    for (JsonNode run : first.path("runs")) {
      assertThat(run.path("accuracy").asDouble()).isGreaterThan(0.5);
    }
    JsonNode ssc = first.path("runs").get(0);
    JsonNode dense = first.path("runs").get(1);
    assertThat(ssc.path("name").asText()).isEqualTo("ssc");
    assertThat(ssc.path("density").asDouble()).isBetween(0.14, 0.15);
    assertThat(dense.path("density").asDouble()).isEqualTo(1);
    assertThat(ssc.path("macs").asLong()).isLessThan(dense.path("macs").asLong());
    assertThat(ssc.path("checkpointBytes").asLong())
        .isLessThan(dense.path("checkpointBytes").asLong());
    assertThat(Path.of(first.path("report").asText()))
        .isEqualTo(out.resolve("report.html"))
        .content()
        .contains("Quick start", "Answers: ssc", "Layers: dense", "ssc quickstart --master");

    JsonNode second = quickstart(out).json();
    assertThat(second.path("runs").get(0).path("loss")).isEqualTo(ssc.path("loss"));
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    Path thesis = Files.writeString(folder.resolve("thesis.tex"), "do not touch");
    quickstart(folder).isBadInput("holds thesis.tex, which no quick start made");
    assertThat(thesis).hasContent("do not touch");
    quickstart(thesis).isBadInput("thesis.tex is a file");
  }

  @Test
  void aDryRunDoesNothing() throws IOException {
    Path out = folder.resolve("quickstart");
    JsonNode plan = quickstart(out, "--dry-run").json();
    assertThat(plan.path("methods")).hasSize(2);
    assertThat(out).doesNotExist();
    quickstart(out, "density=2").isBadInput("density = 2.0 must be above 0");
  }
}
