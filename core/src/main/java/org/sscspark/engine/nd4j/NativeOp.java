package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Calls of libnd4j's operators by name, with outputs that the caller owns. */
final class NativeOp {
  private NativeOp() {}

  /** Runs {@code output = name(inputs)} and returns the output. */
  static INDArray run(String name, INDArray output, INDArray... inputs) {
    return run(name, new int[0], output, inputs);
  }

  /** Runs an operator with integer arguments and one output, which it returns. */
  static INDArray run(String name, int[] arguments, INDArray output, INDArray... inputs) {
    run(name, arguments, new INDArray[] {output}, inputs);
    return output;
  }

  /** Runs an operator with a real argument and one output, which it returns. */
  static INDArray run(String name, double argument, INDArray output, INDArray... inputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(output)
            .addFloatingPointArguments(argument)
            .build());
    return output;
  }

  /** Runs an operator with integer arguments and any number of outputs. */
  static void run(String name, int[] arguments, INDArray[] outputs, INDArray... inputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments)
            .build());
  }
}
