package org.sscspark.engine.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sscspark.engine.FeatureStorage.BFLOAT16;
import static org.sscspark.engine.FeatureStorage.FLOAT32;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.Settings;
import org.sscspark.engine.EngineDescription;

class EnginesTest {
  @Test
  void makesTheEngineOfAName() {
    EngineDescription description = Engines.create("nd4j", 1).description();

    assertThat(description.name()).isEqualTo("nd4j");
    assertThat(description.threads()).isEqualTo(1);
    assertThat(description.lanes()).isEqualTo(1);
    assertThat(description.detail()).contains("Cpu");
  }

  @Test
  void refusesAnUnknownNameAndListsTheKnown() {
    assertThatThrownBy(() -> Engines.create("tpu", 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("No engine is named tpu; the engines are auto, ")
        .hasMessageContaining("nd4j");
  }

  @Test
  void settingsGiveLanesToTheLaneEngineAlone() {
    EngineSettings auto = new EngineSettings("auto", Optional.of("auto"), FLOAT32);

    assertThat(auto).isEqualTo(EngineSettings.named("auto"));
    assertThat(auto.withLanes(() -> 8))
        .isEqualTo(new EngineSettings("auto", Optional.of("8"), FLOAT32));
    assertThat(auto.withLanes(() -> 8).withLanes(() -> 4).givenLanes()).hasValue(8);
    assertThat(EngineSettings.named("nd4j").withLanes(() -> 8).givenLanes()).isEmpty();
    assertThatThrownBy(() -> new EngineSettings("nd4j", Optional.of("8"), FLOAT32))
        .isInstanceOf(BadInputException.class)
        .hasMessage("engine.lanes = 8 is for the lane engine, but engine = nd4j; leave it out");
    assertThatThrownBy(() -> new EngineSettings("lane", Optional.of("12"), FLOAT32))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("engine.lanes = 12 must be auto, 4, 8 or 16");
  }

  @Test
  void settingsGiveStorageToTheLaneEngineAlone() {
    EngineSettings halved = new EngineSettings("lane", Optional.empty(), BFLOAT16);

    assertThat(halved.withLanes(() -> 8).featureStorage()).isEqualTo(BFLOAT16);
    assertThat(halved.exact()).isEqualTo(EngineSettings.named("lane"));
    for (String other : List.of("auto", "cuda", "nd4j")) {
      assertThatThrownBy(() -> new EngineSettings(other, Optional.empty(), BFLOAT16))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "engine.storage = bfloat16 is for the lane engine, but engine.name = %s; set"
                      .formatted(other)
                  + " engine.name = lane, or leave it out");
    }
  }

  @Test
  void settingsOfBeforeThereWasAChoiceOfStorageAreTheSame() {
    EngineSettings before =
        Settings.bind(
            ConfigFactory.parseString("{\"lanes\":null,\"name\":\"lane\"}"), EngineSettings.class);
    assertThat(before).isEqualTo(new EngineSettings("lane", Optional.empty(), FLOAT32));
    assertThat(before.featureStorage()).isEqualTo(FLOAT32);
    assertThat(CanonicalJson.of(before))
        .isEqualTo("{\"lanes\":null,\"name\":\"lane\",\"storage\":null}");
  }

  @Test
  void anEngineThatHalvesFeaturesIsAnother() {
    EngineSettings halved = new EngineSettings("lane", Optional.empty(), BFLOAT16);
    EngineDescription description = Engines.create(halved, 1, OptionalInt.empty()).description();
    EngineDescription exact = Engines.create("lane", 1).description();

    assertThat(EngineDescription.parse(description.toString())).contains(description);
    assertThat(description.computesAs(exact)).isFalse();
    assertThat(description.isRecordedAs(exact.toString())).isFalse();
    assertThat(exact.isRecordedAs(description.toString())).isFalse();
    assertThatThrownBy(() -> Engines.create(halved, 2, OptionalInt.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "engine.storage = bfloat16 is for replicas of one thread, and here each has 2: set"
                + " spark.task.cpus to 1, or engine.storage to float32");
  }

  @Test
  void descriptionsAreReadAsTheyAreWritten() {
    EngineDescription written =
        new EngineDescription("lane", 16, 2, "Vector API, 512 bits, Java 17", "16 lanes");

    assertThat(EngineDescription.parse(written.toString())).contains(written);
    assertThat(EngineDescription.parse("cuda")).isEmpty();
    assertThat(written.isRecordedAs("lane, 16 lanes, 1 threads, plain Java")).isTrue();
    assertThat(written.isRecordedAs("lane, 8 lanes, 2 threads, plain Java")).isFalse();
  }

  @Test
  void autoComputesOnTheCpuWhereAGivenGpuCannotBeUsed() {
    int none = 1000;

    assertThat(
            Engines.create(EngineSettings.named("auto"), 1, OptionalInt.of(none))
                .description()
                .name())
        .isEqualTo("lane");
    assertThatThrownBy(() -> Engines.create(EngineSettings.named("cuda"), 1, OptionalInt.of(none)))
        .isInstanceOf(BadInputException.class);
  }
}
