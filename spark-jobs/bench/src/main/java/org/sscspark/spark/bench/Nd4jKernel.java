package org.sscspark.spark.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.nd4j.DenseConvolution;
import org.sscspark.pattern.WeightShape;

/**
 * ND4J's {@code conv2d} and {@code conv2d_bp}, which reach oneDNN from and to plain [N, C, H, W]
 * arrays. Stride 1, outputs as large as inputs.
 */
final class Nd4jKernel implements Kernel {
  private final DenseConvolution convolution;
  private final INDArray input;
  private final INDArray weights;
  private final INDArray output;
  private final INDArray inputGradient;
  private final INDArray weightGradient;
  private final int kept;
  private final long multiplyAdds;

  Nd4jKernel(WeightShape shape, int size, int batch) {
    convolution = new DenseConvolution(shape, 1, (shape.kernelHeight() - 1) / 2);
    input = Nd4j.ones(DataType.FLOAT, batch, shape.channels(), size, size);
    weights =
        Nd4j.ones(
            DataType.FLOAT,
            shape.filters(),
            shape.channels(),
            shape.kernelHeight(),
            shape.kernelWidth());
    output = Nd4j.zeros(DataType.FLOAT, batch, shape.filters(), size, size);
    inputGradient = input.dup();
    weightGradient = weights.dup();
    kept = shape.size();
    multiplyAdds = (long) kept * batch * size * size;
  }

  @Override
  public Map<Pass, Runnable> passes() {
    Map<Pass, Runnable> passes = new LinkedHashMap<>();
    passes.put(
        Pass.FORWARD,
        () -> {
          NativeThreads.set(1);
          convolution.forward(input, weights, output);
        });
    passes.put(
        Pass.BACKWARD,
        () -> {
          NativeThreads.set(1);
          convolution.backward(input, weights, output, inputGradient, weightGradient);
        });
    return passes;
  }

  @Override
  public int weights() {
    return kept;
  }

  @Override
  public long multiplyAdds() {
    return multiplyAdds;
  }

  @Override
  public void close() {
    for (INDArray array : new INDArray[] {input, weights, output, inputGradient, weightGradient}) {
      array.close();
    }
  }
}
