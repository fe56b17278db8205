package org.sscspark.pruning;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.DoubleNetwork;
import org.sscspark.engine.DoubleNetwork.Point;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.Initialization;

/** Gradients of an {@link NtkTraceBound} by the squares of the weights. */
final class TraceBoundGradient implements ChunkGradient {
  private final NtkTraceBound bound;
  private final DoubleNetwork network;

  TraceBoundGradient(NtkTraceBound bound) {
    this.bound = bound;
    this.network = new Nd4jDoubleNetwork(bound.network());
  }

  @Override
  public double[] of(DoubleBuffer weights, ScoringSet set, int chunk) {
    double[] squares = new double[weights.limit()];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = weights.get(i) * weights.get(i);
    }
    double[] alongOpenPaths = openPaths(weights, set, chunk);
    return SynapticFlow.of(bound.network(), neutral()).slopes(squares, alongOpenPaths);
  }

  /** z1 summed over the chunk, for each logit. */
  private double[] openPaths(DoubleBuffer weights, ScoringSet set, int chunk) {
    double[] images = set.images(chunk);
    double[] squares = new double[images.length];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = images[i] * images[i];
    }
    int count = set.count(chunk);
    double[] logits =
        network.gatedLogits(
            new Point(bound.flat(weights), images, bound.mode()),
            new Point(kept(weights), squares, BatchNormMode.RUNNING),
            count);
    double[] sums = new double[logits.length / count];
    for (int i = 0; i < logits.length; i++) {
      sums[i % sums.length] += logits[i];
    }
    return sums;
  }

  /** Ones for what is kept, and batch norm that does nothing. */
  private double[] kept(DoubleBuffer weights) {
    float[] neutral = neutral();
    double[] flat = new double[neutral.length];
    Arrays.setAll(flat, i -> neutral[i]);
    for (int i = 0; i < weights.limit(); i++) {
      flat[i] = weights.get(i) == 0 ? 0 : 1;
    }
    return flat;
  }

  private float[] neutral() {
    return Initialization.withoutWeights(network.layout());
  }

  @Override
  public String arithmetic() {
    return network.arithmetic();
  }

  @Override
  public void close() {}
}
