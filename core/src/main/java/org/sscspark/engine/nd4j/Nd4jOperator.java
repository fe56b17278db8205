package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;

/**
 * One operator of a running network. Arrays are [N, C, H, W]; those returned belong to the operator
 * and are overwritten by its next call. An operator never writes to what it is given.
 */
interface Nd4jOperator extends AutoCloseable {
  /** Computes the output and keeps what {@link #backward} needs. */
  INDArray forward(List<INDArray> inputs, BatchNormMode mode);

  /**
   * Writes the gradients of the operator's parameters for the last {@link #forward}.
   *
   * @return the gradients of the inputs, in their order
   */
  List<INDArray> backward(INDArray outputGradient);

  @Override
  void close();
}
