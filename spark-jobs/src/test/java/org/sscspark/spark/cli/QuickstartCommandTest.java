package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartCommandTest {
  @TempDir private Path folder;

  private static Ended quickstart(Object out, Object... more) {
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
  void allNetworksLearnAndASecondStartDoesTheSameAgain() throws IOException {
    Path out = folder.resolve("quickstart");
    JsonNode first = quickstart(out).json();
    JsonNode cells = first.path("comparison").path("cells");
    assertThat(cells).hasSize(5);
    for (JsonNode cell : cells) {
      assertThat(cell.path("done").asInt()).isEqualTo(1);
      assertThat(cell.path("lastAccuracy").path("mean").asDouble()).isGreaterThan(0.3);
    }
    JsonNode dense = cells.get(0);
    JsonNode ssc = cells.get(1);
    assertThat(ssc.path("method").asText()).isEqualTo("ssc");
    assertThat(ssc.path("density").path("mean").asDouble()).isBetween(0.14, 0.15);
    assertThat(dense.path("density").path("mean").asDouble()).isEqualTo(1);
    for (String cost : new String[] {"macs", "checkpointBytes"}) {
      assertThat(ssc.path(cost).path("mean").asDouble())
          .isLessThan(dense.path(cost).path("mean").asDouble());
    }
    assertThat(Path.of(URI.create(first.path("report").asText())))
        .isEqualTo(out.resolve("comparison/comparison.html"))
        .content()
        .contains("Comparison: convnet on gratings", "random-erk", "Learning curves");

    JsonNode second = quickstart(out).json();
    assertThat(second.path("comparison").path("trials"))
        .isEqualTo(first.path("comparison").path("trials"));
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    Path thesis = Files.writeString(folder.resolve("thesis.tex"), "do not touch");
    quickstart(folder).isBadInput("holds thesis.tex, which no quick start made");
    assertThat(thesis).hasContent("do not touch");
    quickstart(thesis).isBadInput("thesis.tex is a file");
    // Named as all locations are, not a folder "file:" or "hdfs:" here.
    quickstart("file:" + thesis).isBadInput(thesis + " is a file");
    quickstart("hdfs://host/q").isBadInput("Cannot write hdfs://host/q", "this machine only");
  }

  @Test
  void aDryRunDoesNothing() throws IOException {
    Path out = folder.resolve("quickstart");
    JsonNode plan = quickstart(out, "--dry-run").json();
    assertThat(plan.path("methods")).hasSize(5);
    assertThat(out).doesNotExist();
    quickstart(out, "density=2").isBadInput("density = 2.0 must be above 0");
  }
}
