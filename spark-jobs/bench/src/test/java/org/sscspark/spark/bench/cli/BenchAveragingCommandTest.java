package org.sscspark.spark.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.cli.Ended;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

class BenchAveragingCommandTest {
  @TempDir private static Path folder;
  private static URI data;

  @BeforeAll
  static void shard() throws IOException {
    data = TinyData.write(folder.resolve("data"), 53);
  }

  private static Ended bench(String... arguments) {
    List<Object> all =
        new ArrayList<>(
            List.of("bench", "averaging", "--master", "local[2]", "--data", data, "--json"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(Experiments.TINY);
    return Ended.ssc(all.toArray());
  }

  @Test
  void measuresBothReductionsAndTheStockMaster() throws IOException {
    JsonNode result = bench("--workers", "1,2", "--rounds", "1", "--stock").json();
    long vector = result.path("vectorBytes").asLong();
    JsonNode rows = result.path("rows");
    assertThat(rows.findValuesAsText("master"))
        .containsExactly("collect", "slices", "DL4J", "collect", "slices", "DL4J");
    JsonNode collect = rows.get(3);
    JsonNode slices = rows.get(4);
    assertThat(collect.path("workers").asInt()).isEqualTo(2);
    assertThat(collect.path("toDriver").asLong()).isBetween(2 * vector, 2 * vector + 20_000);
    assertThat(slices.path("toDriver").asLong()).isBetween(vector, vector + 20_000);
    assertThat(slices.path("shuffled").asLong()).isPositive();
    for (String part : List.of("broadcast", "compute", "reduce", "driver")) {
      assertThat(collect.path(part).asDouble())
          .as(part)
          .isBetween(0.0, collect.path("round").asDouble());
    }
    assertThat(rows.get(5).path("compute").isNull()).isTrue();
    assertThat(rows.findValues("imagesPerSecond")).allMatch(rate -> rate.asDouble() > 0);
  }

  @Test
  void watchesMemoryOverManyRounds() throws IOException {
    Path plot = folder.resolve("growth.svg");
    JsonNode result =
        bench("--workers", "2", "--rounds", "40", "--growth", "--plot", plot.toString()).json();
    JsonNode samples = result.path("samples");
    assertThat(samples.findValuesAsText("round")).containsExactly("1", "10", "20", "30", "40");
    assertThat(samples.findValues("residentBytes"))
        .allMatch(bytes -> bytes.path("driver").asLong() > 10_000_000);
    assertThat(Files.readString(plot))
        .startsWith("<svg")
        .contains("<style>", "executor driver", "blocks", "of what it was at round 20");
  }

  @Test
  void aDryRunMeasuresNothing() throws IOException {
    Ended planned = bench("--workers", "1,2", "--rounds", "3", "--dry-run");
    // Kind: a setting beside an option that says the same.
    assertThat(planned.err()).contains("ssc bench averaging does not use: averaging.workers, ");
    JsonNode plan = planned.json();
    assertThat(plan.path("images").asInt()).isEqualTo(53);
    assertThat(plan.path("rounds").asInt()).isEqualTo(3);
    assertThat(plan.has("rows")).isFalse();
  }

  @Test
  void aDataSetWithoutAFullRoundIsRefused() {
    bench("--workers", "20").isBadInput("A round of 20 workers takes 160 images", "has 53");
    bench("--rounds", "20", "--growth").isBadInput("--rounds 20 is too few");
    bench("--plot", "plot.svg").isBadInput("--plot draws what --growth measures");
  }
}
