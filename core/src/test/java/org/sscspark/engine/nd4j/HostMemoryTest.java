package org.sscspark.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HostMemoryTest {
  @Test
  void readsAndWritesAViewAndNothingBeyond() {
    INDArray whole = Nd4j.createFromArray(0f, 1, 2, 3, 4, 5, 6, 7);
    INDArray view = whole.get(NDArrayIndex.interval(2, 5));
    float[] heap = new float[5];

    HostMemory.read(view, heap, 1);
    HostMemory.write(new float[] {9, 20, 30, 40, 9}, 1, view);

    assertThat(heap).containsExactly(0, 2, 3, 4, 0);
    assertThat(whole.toFloatVector()).containsExactly(0, 1, 20, 30, 40, 5, 6, 7);
  }

  @Test
  void copiesDoubles() {
    INDArray view =
        Nd4j.create(DataType.DOUBLE, 4, 2).get(NDArrayIndex.interval(1, 3), NDArrayIndex.all());
    double[] heap = new double[4];

    HostMemory.write(new double[] {1, 2, 3, 4}, 0, view);
    HostMemory.read(view, heap, 0);

    assertThat(heap).containsExactly(1, 2, 3, 4);
    assertThat(view.getDouble(1, 0)).isEqualTo(3);
  }

  @Test
  void refusesWhatABlockCopyWouldGarble() {
    INDArray matrix = Nd4j.create(DataType.FLOAT, 3, 3);

    assertThatThrownBy(() -> HostMemory.read(matrix.transpose(), new float[9], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The array must be contiguous in 'c' order");
    assertThatThrownBy(() -> HostMemory.read(matrix, new float[9], 1))
        .hasMessage("The array has 9 values, the heap has room for 8");
    assertThatThrownBy(() -> HostMemory.read(matrix, new double[9], 0))
        .hasMessage("The array must be DOUBLE, was FLOAT");
  }
}
