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
    double[] gradient =
        network
            .gradient(
                loss.flat(weights),
                set.images(chunk),
                set.count(chunk),
                loss.mode(),
                (logits, logitsGradient) ->
                    loss.crossEntropy(logits, logitsGradient, set.labels(chunk)))
            .parameters();
    return Arrays.copyOf(gradient, weights.limit());
  }

  @Override
  public String arithmetic() {
    return network.arithmetic();
  }

  @Override
  public void close() {}
}
