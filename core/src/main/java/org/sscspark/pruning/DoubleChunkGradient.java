package org.sscspark.pruning;

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
  public double[] of(double[] weights, ScoringSet set, int chunk) {
    float[] others = loss.others();
    double[] flat = Arrays.copyOf(weights, weights.length + others.length);
    for (int i = 0; i < others.length; i++) {
      flat[weights.length + i] = others[i];
    }
    int count = set.count(chunk);
    int size = set.shape().size();
    double[] images = new double[count * size];
    for (int i = 0; i < images.length; i++) {
      images[i] = set.images()[set.start(chunk) * size + i];
    }
    double[] gradient =
        network
            .gradient(
                flat,
                images,
                count,
                loss.mode(),
                (logits, logitsGradient) ->
                    loss.crossEntropy(logits, logitsGradient, set.labels(chunk)))
            .parameters();
    return Arrays.copyOf(gradient, weights.length);
  }

  @Override
  public void close() {}
}
