package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
