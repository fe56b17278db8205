package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;

/** The sum of two inputs. */
final class Nd4jAdd implements Nd4jOperator {
  private final Buffers buffers;

  Nd4jAdd(DataType type) {
    this.buffers = new Buffers(type);
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    INDArray left = inputs.get(0);
    return left.addi(inputs.get(1), buffers.take("output", left.shape()));
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    return List.of(outputGradient, outputGradient);
  }

  @Override
  public void close() {
    buffers.close();
  }
}
