package org.sscspark.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.checkpoint.RunRecord;

/** Kind: what is recorded of a run and not shown. */
class RunDescriptionTest {
  @TempDir private Path folder;

  private RunDirectory run() throws IOException {
    RunRecord record =
        new RunRecord(
            "{\"method\":\"ssc\"}",
            new TreeMap<>(Map.of("sha256", "00")),
            new TreeMap<>(Map.of("java", "17")));
    return RunDirectory.startOrResume(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(folder.resolve("run").toUri()),
        record);
  }

  @Test
  void whyARunFailedIsSaidUntilItIsComplete() throws IOException {
    RunDirectory run = run();
    assertThat(RunDescription.of(run).json().path("state").asText()).isEqualTo("unfinished");
    run.writeFailure("Training diverged");
    assertThat(RunDescription.of(run).text()).contains("failed: Training diverged");
    assertThat(RunDescription.of(run).json().path("failure").asText())
        .isEqualTo("Training diverged");
    run.writeResult("{}");
    assertThat(RunDescription.of(run).json().path("state").asText()).isEqualTo("complete");
    assertThat(RunDescription.of(run).json().has("failure")).isFalse();
  }

  @Test
  void theMovingAverageHasAColumnWhereThereIsOne() throws IOException {
    RunDirectory run = run();
    run.metrics().write(1, "{\"epoch\":1,\"evaluation\":{\"accuracy\":0.25}}");
    assertThat(RunDescription.of(run).text()).contains("25.00 %").doesNotContain("average");
    run.metrics().write(2, "{\"epoch\":2,\"averageEvaluation\":{\"accuracy\":0.75}}");
    assertThat(RunDescription.of(run).text()).contains("of the average", "25.00 %", "75.00 %");
  }
}
