package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/** A layer's weights and biases in the flat vectors of parameters and gradients. */
final class Nd4jWeights {
  private final Op.Weighted op;
  private final ParameterLayout layout;
  private final SupportLayout support;
  private final int offset;
  private final FlatVector parameters;
  private final FlatVector gradients;

  Nd4jWeights(Op.Weighted op, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.op = op;
    this.layout = layout;
    this.support = layout.support(op.name());
    this.offset = layout.segment(op.name(), Role.WEIGHT).offset();
    this.parameters = parameters;
    this.gradients = gradients;
  }

  DataType type() {
    return parameters.type();
  }

  /** The shape of the dense weights. */
  WeightShape shape() {
    return support.shape();
  }

  /** Fills a dense array [F, C, kH, kW]; weights that are not kept become zero. */
  void spread(INDArray dense) {
    parameters.spread(support, offset, dense);
  }

  /** Takes the kept weights' gradients from a dense array [F, C, kH, kW]. */
  void gatherGradient(INDArray dense) {
    gradients.gather(dense, support, offset);
  }

  /** A copy of the biases, by filter. */
  double[] biases() {
    return parameters.segment(layout.segment(op.name(), Role.BIAS));
  }

  void setBiasGradient(double[] gradient) {
    gradients.setSegment(layout.segment(op.name(), Role.BIAS), gradient);
  }
}
