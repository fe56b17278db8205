package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Calls of libnd4j's operators by name, with outputs that the caller owns. */
final class NativeOp {
  private NativeOp() {}

  /** What an operator is told besides its arrays. */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  record Arguments(int[] integers, Double[] reals) {
    private static final Arguments NONE = of(new int[0]);

    static Arguments of(int... integers) {
      return new Arguments(integers, new Double[0]);
    }

    static Arguments of(double real) {
      return new Arguments(new int[0], new Double[] {real});
    }
  }

  /** Runs {@code output = name(inputs)} and returns the output. */
  static INDArray run(String name, INDArray output, INDArray... inputs) {
    return run(name, Arguments.NONE, output, inputs);
  }

  /** Runs an operator with one output, which it returns. */
  static INDArray run(String name, Arguments arguments, INDArray output, INDArray... inputs) {
    run(name, arguments, new INDArray[] {output}, inputs);
    return output;
  }

  /** Runs an operator with any number of outputs. */
  static void run(String name, Arguments arguments, INDArray[] outputs, INDArray... inputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments.integers())
            .addFloatingPointArguments(arguments.reals())
            .build());
  }
}
