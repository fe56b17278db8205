package org.sscspark.pruning;

import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.DoubleNetwork;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.NetworkSpec;

/**
 * The synaptic flow of a network: R = sum of logits of the network of non-negative parameters on an
 * all-ones image. Batch norm runs on its running statistics: of an initial network it does nothing,
 * of a trained one it has the absolute values of what was learned.
 *
 * @param network the unpruned network
 * @param parameters its whole flat vector; the weights in it are not used
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record SynapticFlow(DoubleNetwork network, double[] parameters) {
  /** The flow of a network, in double precision. */
  public static SynapticFlow of(NetworkSpec network, float[] parameters) {
    double[] doubles = new double[parameters.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = parameters[i];
    }
    return new SynapticFlow(new Nd4jDoubleNetwork(network), doubles);
  }

  /**
   * Returns |weight|^exponent x dR/d(|weight|^exponent) for each weight, R being the flow of the
   * network of these powers; it sums to R over each layer of a chain.
   *
   * @param exponent at least 1
   */
  public double[] saliency(double[] weights, int exponent) {
    double[] strengths = new double[weights.length];
    for (int i = 0; i < strengths.length; i++) {
      double power = weights[i];
      for (int factor = 1; factor < exponent; factor++) {
        power *= weights[i];
      }
      strengths[i] = Math.abs(power);
    }
    double[] ones = new double[network.network().classes()];
    Arrays.fill(ones, 1);
    double[] saliency = slopes(strengths, ones);
    for (int i = 0; i < saliency.length; i++) {
      saliency[i] *= strengths[i];
    }
    return saliency;
  }

  /**
   * Returns the slopes of a weighted sum of the logits for an all-ones image.
   *
   * @param strengths what weights are, none of them negative
   * @param shares what each logit counts
   * @return by each strength
   */
  public double[] slopes(double[] strengths, double[] shares) {
    double[] absolute = parameters.clone();
    for (int i = 0; i < absolute.length; i++) {
      absolute[i] = i < strengths.length ? strengths[i] : Math.abs(absolute[i]);
    }
    double[] ones = new double[network.network().input().size()];
    Arrays.fill(ones, 1);
    DoubleNetwork.Gradient gradient =
        network.gradient(
            absolute,
            ones,
            1,
            BatchNormMode.RUNNING,
            (logits, logitsGradient) -> weightedSum(logits, shares, logitsGradient));
    return Arrays.copyOf(gradient.parameters(), strengths.length);
  }

  private static double weightedSum(double[] logits, double[] shares, double[] logitsGradient) {
    double sum = 0;
    for (int k = 0; k < logits.length; k++) {
      logitsGradient[k] = shares[k];
      sum += shares[k] * logits[k];
    }
    return sum;
  }
}
