package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.engine.plan.StepFactory;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/** ND4J's operator for each of a network's, none of them fused. */
class Nd4jOperators implements StepFactory<Nd4jOperator> {
  /** What libnd4j's rectifier is told: where it begins to pass. */
  static final NativeOp.Arguments RELU = NativeOp.Arguments.of(0.0);

  private final ParameterLayout layout;
  private final FlatVector parameters;
  private final FlatVector gradients;
  private final DataType type;

  Nd4jOperators(ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.layout = layout;
    this.parameters = parameters;
    this.gradients = gradients;
    this.type = parameters.type();
  }

  /** The precision of all arrays. */
  final DataType type() {
    return type;
  }

  @Override
  public Nd4jOperator convolution(Op.Convolution op, PlannedStep step) {
    return new Nd4jConvolution(op, weights(op));
  }

  @Override
  public Nd4jOperator fullyConnected(Op.FullyConnected op, PlannedStep step) {
    return new Nd4jFullyConnected(op, weights(op));
  }

  private Nd4jWeights weights(Op.Weighted op) {
    return new Nd4jWeights(op, layout, parameters, gradients);
  }

  @Override
  public Nd4jOperator batchNorm(Op.BatchNorm op, PlannedStep step) {
    if (step.rectified() || step.second().isPresent()) {
      throw new IllegalArgumentException("ND4J's operators are not fused, as " + step + " is");
    }
    return new Nd4jBatchNorm(op, layout, parameters, gradients);
  }

  /** The slope at zero is zero. */
  @Override
  public Nd4jOperator relu(Op.Relu op, PlannedStep step) {
    return new Nd4jPlaneOperator(op, "relu", RELU, type);
  }

  @Override
  public Nd4jOperator add(Op.Add op, PlannedStep step) {
    return new Nd4jAdd(type);
  }

  @Override
  public Nd4jOperator maxPool(Op.MaxPool op, PlannedStep step) {
    return new Nd4jPlaneOperator(op, "maxpool2d", pool(op.size(), op.stride(), op.padding()), type);
  }

  @Override
  public Nd4jOperator averagePool(Op.AveragePool op, PlannedStep step) {
    return new Nd4jPlaneOperator(op, "avgpool2d", pool(op.size(), op.stride(), 0), type);
  }

  /** Kernel, stride, padding, dilation, explicit padding, divisor without padding, NCHW. */
  private static NativeOp.Arguments pool(int size, int stride, int padding) {
    return NativeOp.Arguments.of(size, size, stride, stride, padding, padding, 1, 1, 0, 0, 0);
  }

  @Override
  public Nd4jOperator globalAveragePool(Op.GlobalAveragePool op, PlannedStep step) {
    return new Nd4jGlobalAveragePool(type);
  }
}
