package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineDescriptionTest {
  private final EngineDescription lanes = new EngineDescription("lane", 16, 1, "aligned to 8");
  private final EngineDescription library = new EngineDescription("nd4j", 1, 1, "AVX2");

  @Test
  void lanesDecideTheBitsWhereTheBatchIsTheVector() {
    assertThat(lanes.computesAs(new EngineDescription("lane", 16, 4, "aligned to 64"))).isTrue();
    assertThat(lanes.computesAs(new EngineDescription("lane", 8, 1, "aligned to 8"))).isFalse();
  }

  @Test
  void aLibraryMustBeTheSameInAll() {
    assertThat(library.computesAs(new EngineDescription("nd4j", 1, 1, "AVX2"))).isTrue();
    assertThat(library.computesAs(new EngineDescription("nd4j", 1, 2, "AVX2"))).isFalse();
    assertThat(library.computesAs(new EngineDescription("nd4j", 1, 1, "AVX-512"))).isFalse();
    assertThat(library.computesAs(new EngineDescription("cuda", 1, 1, "AVX2"))).isFalse();
  }
}
