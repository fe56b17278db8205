package org.sscspark.pruning;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.DoubleNetwork;

/**
 * The gradient of the summed cross-entropy of one chunk: the piece of work that {@link
 * LocalGradients} does one after another and a cluster does side by side.
 *
 * @param network the unpruned network in double precision
 * @param parameters its whole flat vector; the weights in it are replaced at each call
 * @param mode batch-norm statistics: of the chunk, or the initial running ones
 * @param temperature what logits are divided by before the softmax; GraSP's is 200, else 1
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record ChunkGradient(
    DoubleNetwork network, double[] parameters, BatchNormMode mode, double temperature) {
  public ChunkGradient {
    if (mode == BatchNormMode.BATCH_AND_UPDATE) {
      throw new IllegalArgumentException("Scoring must not move running statistics");
    }
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("Temperature " + temperature + " must be positive");
    }
  }

  /** Adds the gradient of a chunk's summed loss to {@code sum}, one number for each weight. */
  public void addTo(double[] sum, double[] weights, ScoringSet set, int chunk) {
    double[] flat = parameters.clone();
    System.arraycopy(weights, 0, flat, 0, weights.length);
    int count = set.count(chunk);
    int size = set.shape().size();
    double[] images = new double[count * size];
    for (int i = 0; i < images.length; i++) {
      images[i] = set.images()[set.start(chunk) * size + i];
    }
    DoubleNetwork.Gradient gradient =
        network.gradient(
            flat,
            images,
            count,
            mode,
            (logits, logitsGradient) -> loss(logits, logitsGradient, set, chunk));
    for (int i = 0; i < sum.length; i++) {
      sum[i] += gradient.parameters()[i];
    }
  }

  /** Softmax cross-entropy of logits / temperature, summed over the chunk, and its gradient. */
  private double loss(double[] logits, double[] gradient, ScoringSet set, int chunk) {
    int classes = network.network().classes();
    double total = 0;
    for (int n = 0; n < set.count(chunk); n++) {
      int row = n * classes;
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        max = Math.max(max, logits[row + k] / temperature);
      }
      double sumOfExp = 0;
      for (int k = 0; k < classes; k++) {
        sumOfExp += StrictMath.exp(logits[row + k] / temperature - max);
      }
      double logSumOfExp = max + StrictMath.log(sumOfExp);
      int label = set.labels()[set.start(chunk) + n];
      total += logSumOfExp - logits[row + label] / temperature;
      for (int k = 0; k < classes; k++) {
        double probability = StrictMath.exp(logits[row + k] / temperature - logSumOfExp);
        gradient[row + k] = (probability - (k == label ? 1 : 0)) / temperature;
      }
    }
    return total;
  }
}
