package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.averaging.Reduction;

class MasterSettingsTest {
  private final SparseAveragingMaster master =
      new SparseAveragingMaster(7, Reduction.SLICES, OptimizerStateMode.RESET, 12345678901L);

  @Test
  void goRoundByJsonAndYaml() {
    assertThat(SparseAveragingMaster.fromJson(master.toJson())).isEqualTo(master);
    assertThat(SparseAveragingMaster.fromYaml(master.toYaml())).isEqualTo(master);
    assertThat(master.toYaml()).contains("frequency: 7");
    SparseAveragingMaster batching =
        new SparseAveragingMaster.Builder().batchSizePerWorker(16).rngSeed(3).build();
    assertThat(SparseAveragingMaster.fromJson(batching.toJson())).isEqualTo(batching);
    assertThat(batching).isNotEqualTo(new SparseAveragingMaster.Builder().rngSeed(3).build());
    master.setCollectTrainingStats(true);
    SparseAveragingMaster collecting = SparseAveragingMaster.fromJson(master.toJson());
    assertThat(collecting).isEqualTo(master).hasSameHashCodeAs(master);
    assertThat(collecting.getIsCollectTrainingStats()).isTrue();
    assertThat(collecting.getTrainingStats()).isNotNull();
    assertThat(collecting.toString()).contains("frequency=7", "seed=12345678901");
  }

  @Test
  void sayWhatIsWrong() {
    assertBad("{", "cannot be parsed");
    assertBad("", "settings lack @class");
    assertBad("{}", "settings lack @class");
    assertBad(master.toJson().replace("SparseAveraging", "Other"), "those of a org.sscspark.spark");
    assertBad(
        master.toJson().replace("SLICES", "PIECES"), "must be one of [AUTO, COLLECT, SLICES]");
    assertBad(master.toJson().replace("12345678901", "\"x\""), "seed must be a whole number");
    assertThatThrownBy(
            () ->
                new SparseAveragingMaster(
                    0, Reduction.SLICES, OptimizerStateMode.RESET, 12345678901L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be at least 1 minibatch, was 0");
    SparseAveragingMaster.Builder none = new SparseAveragingMaster.Builder().batchSizePerWorker(0);
    assertThatThrownBy(none::build).hasMessageContaining("at least 1 example, was given 0");
  }

  /** Kind: a value that is misread or dropped without a word. */
  @Test
  void whatCannotBeMeantIsNamed() {
    String json = master.toJson();
    for (String frequency : List.of("0", "-1", "3000000000", "7.0", "null", "\"7\"")) {
      assertBad(
          json.replace(":7", ":" + frequency),
          "frequency must be a whole number from 1 to 2147483647, was " + frequency);
    }
    assertBad(json.replace("12345678901", "12345678901234567890"), "seed must be a whole number");
    assertBad(json.replace("false", "\"yes\""), "collectTrainingStats must be true or false");
    assertBad(
        json.replace("{", "{\"batchSizePerworker\":16,"),
        "settings have no batchSizePerworker; they are @class, frequency, batchSizePerWorker");
    assertBad(
        json.replace("{", "{\"batchSizePerWorker\":0,"),
        "batchSizePerWorker must be a whole number");
  }

  private static void assertBad(String json, String words) {
    assertThatThrownBy(() -> SparseAveragingMaster.fromJson(json))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(words);
  }
}
