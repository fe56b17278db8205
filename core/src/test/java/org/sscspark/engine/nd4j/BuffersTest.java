package org.sscspark.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class BuffersTest {
  private final Buffers buffers = new Buffers(DataType.FLOAT);

  @Test
  void handsOutTheSameArrayWhileTheShapeStays() {
    INDArray array = buffers.take("a", 2, 3);

    assertThat(buffers.take("a", 2, 3)).isSameAs(array);
    assertThat(buffers.take("b", 2, 3)).isNotSameAs(array);
  }

  @Test
  void releasesAnArrayWhoseShapeChanges() {
    INDArray array = buffers.take("a", 2, 3);

    assertThat(buffers.take("a", 1, 3).shape()).containsExactly(1, 3);
    assertThat(array.wasClosed()).isTrue();
  }

  @Test
  void releasesEverythingWhenClosed() {
    INDArray array = buffers.take("a", 2, 3);

    buffers.close();

    assertThat(array.wasClosed()).isTrue();
  }

  @Test
  void fillsAndReadsBothPrecisions() {
    double third = 1.0 / 3;
    Buffers doubles = new Buffers(DataType.DOUBLE);

    assertThat(doubles.values(doubles.fill("a", new double[] {third, 2}, 2)))
        .containsExactly(third, 2);
    assertThat(buffers.values(buffers.fill("a", new double[] {third, 2}, 2)))
        .containsExactly((float) third, 2);
  }
}
