package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChunkArithmeticTest {
  /** Kind: bits that depend on where Spark places a task. */
  @Test
  void chunksOfOneScoreAreComputedAlike() {
    ChunkArithmetic arithmetic = new ChunkArithmetic();
    arithmetic.add("nd4j, kernels for AVX2");
    assertThatCode(() -> arithmetic.add("nd4j, kernels for AVX2")).doesNotThrowAnyException();
    assertThatThrownBy(() -> arithmetic.add("nd4j, kernels for AVX-512"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one by nd4j, kernels for AVX2, another by nd4j, kernels for AVX-512")
        .hasMessageContaining("give all executors the same processors");
  }
}
