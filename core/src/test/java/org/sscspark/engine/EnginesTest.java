package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;

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
  void saysWhatWorkersWillComputeWith() {
    assertThat(Engines.expected("auto", 1, false)).startsWith("lane, ");
    assertThat(Engines.expected("auto", 1, true)).isEqualTo("cuda");
    assertThat(Engines.expected("cuda", 1, false)).isEqualTo("cuda");
  }

  @Test
  void autoComputesOnTheCpuWhereAGivenGpuCannotBeUsed() {
    int none = 1000;

    assertThat(Engines.create("auto", 1, OptionalInt.of(none)).description().name())
        .isEqualTo("lane");
    assertThatThrownBy(() -> Engines.create("cuda", 1, OptionalInt.of(none)))
        .isInstanceOf(BadInputException.class);
  }
}
