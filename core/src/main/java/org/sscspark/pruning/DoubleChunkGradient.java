package org.sscspark.pruning;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.sscspark.engine.DoubleNetwork;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;

/** Gradients in double precision. */
final class DoubleChunkGradient implements ChunkGradient {
  private final LossGradient loss;
  private final DoubleNetwork network;

  DoubleChunkGradient(LossGradient loss) {
    this.loss = loss;
    this.network = new Nd4jDoubleNetwork(loss.network());
  }

  @Override
  public double[] of(DoubleBuffer weights, ScoringSet set, int chunk) {
    float[] others = loss.others();
    int size = weights.limit();
    double[] flat = new double[size + others.length];
    weights.get(0, flat, 0, size);
    for (int i = 0; i < others.length; i++) {
      flat[size + i] = others[i];
    }
    double[] gradient =
        network
            .gradient(
                flat,
                set.images(chunk),
                set.count(chunk),
                loss.mode(),
                (logits, logitsGradient) ->
                    loss.crossEntropy(logits, logitsGradient, set.labels(chunk)))
            .parameters();
    return Arrays.copyOf(gradient, size);
  }

  @Override
  public void close() {}
}
