package org.sscspark.engine.nd4j;

import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;

/**
 * A ReLU that another run has decided: it passes what that run's passes, whatever its sign, which
 * is what the other's backward pass does to a gradient. The slope at zero is zero.
 */
final class Nd4jGate implements Nd4jOperator {
  private final Supplier<INDArray> decider;
  private final Buffers buffers;

  /**
   * Makes an instance.
   *
   * @param decider what arrives at the other run's ReLU
   */
  Nd4jGate(Supplier<INDArray> decider, DataType type) {
    this.decider = decider;
    this.buffers = new Buffers(type);
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    return passed("output", inputs.get(0));
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    return List.of(passed("inputGradient", outputGradient));
  }

  private INDArray passed(String name, INDArray values) {
    INDArray passed = buffers.take(name, values.shape());
    return NativeOp.run("relu_bp", Nd4jOperators.RELU, passed, decider.get(), values);
  }

  @Override
  public void close() {
    buffers.close();
  }
}
