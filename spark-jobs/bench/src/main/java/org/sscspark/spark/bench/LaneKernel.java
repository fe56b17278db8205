package org.sscspark.spark.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sscspark.engine.lane.LaneConvolution;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;

/** The lane engine's convolution. Stride 1, outputs as large as inputs. */
final class LaneKernel implements Kernel {
  private final LaneConvolution convolution;
  private final int weights;

  LaneKernel(Support support, int size, int batch) {
    int padding = (support.shape().kernelHeight() - 1) / 2;
    convolution =
        new LaneConvolution(
            new Op.Convolution("conv", "input", support, 1, padding, false),
            new FeatureShape(support.shape().channels(), size, size),
            batch);
    weights = SupportLayout.of(support).kept();
  }

  @Override
  public Map<Pass, Runnable> passes() {
    Map<Pass, Runnable> passes = new LinkedHashMap<>();
    passes.put(Pass.FORWARD, convolution::forward);
    passes.put(Pass.BACKWARD_DATA, convolution::backwardInput);
    passes.put(Pass.BACKWARD_WEIGHTS, convolution::backwardWeights);
    return passes;
  }

  @Override
  public int weights() {
    return weights;
  }

  @Override
  public long multiplyAdds() {
    return convolution.multiplyAdds();
  }

  @Override
  public void close() {
    convolution.close();
  }
}
