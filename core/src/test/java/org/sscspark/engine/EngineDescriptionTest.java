package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.nd4j.Nd4jEngine;

class EngineDescriptionTest {
  private static EngineDescription engine(String name, String detail, String arithmetic) {
    return new EngineDescription(name, 16, 1, detail, arithmetic);
  }

  @Test
  void theEngineSaysWhatDecidesItsBits() {
    EngineDescription engine = engine("lane", "aligned to 8", "16 lanes");

    assertThat(engine.computesAs(engine("lane", "aligned to 64", "16 lanes"))).isTrue();
    assertThat(engine.computesAs(engine("lane", "aligned to 8", "8 lanes"))).isFalse();
    assertThat(engine.computesAs(engine("nd4j", "aligned to 8", "16 lanes"))).isFalse();
  }

  @Test
  void threadsDecideNothingOnLanesAndAllOnNd4j() {
    assertThat(computeAlike(new LaneEngine(1), new LaneEngine(4))).isTrue();
    assertThat(computeAlike(new Nd4jEngine(1), new Nd4jEngine(2))).isFalse();
    assertThat(computeAlike(new Nd4jEngine(2), new Nd4jEngine(2))).isTrue();
  }

  private static boolean computeAlike(Engine one, Engine other) {
    return one.description().computesAs(other.description());
  }

  @Test
  void nd4jNamesTheKernelsOfItsProcessor() {
    assertThat(new Nd4jEngine(1).description().detail()).contains(" kernels, others as for ");
  }
}
