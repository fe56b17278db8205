package org.sscspark.pruning;

import java.util.ArrayList;
import java.util.List;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.PrunableLayer;

/**
 * The layer shares of random tickets (Su et al., NeurIPS 2020): convolution l of n weighted layers
 * keeps a share proportional to (n - l + 1)^2 + (n - l + 1), divided by l^2 in plain chains such as
 * VGG; the classifier keeps 0.3. A share above one is cut and the rest passed on to the next
 * layers.
 */
public final class SmartRatio {
  /** The share of weights that a classifier keeps. */
  static final double CLASSIFIER_DENSITY = 0.3;

  private SmartRatio() {}

  /**
   * Returns the density of each weighted layer.
   *
   * @throws IllegalArgumentException if the classifier alone is more than the budget
   */
  public static LayerBudget.PerLayer densities(NetworkSpec network, double density) {
    List<Op.Weighted> layers = network.weighted();
    ParameterLayout layout = ParameterLayout.of(network);
    boolean chain = network.ops().stream().allMatch(op -> op.inputs().size() == 1);
    int n = layers.size();
    double budget = density * layout.weightCount();
    double weighted = 0;
    double[] raw = new double[n];
    for (int l = 1; l <= n; l++) {
      int size = layout.support(layers.get(l - 1).name()).kept();
      if (isClassifier(layers.get(l - 1))) {
        budget -= CLASSIFIER_DENSITY * size;
      } else {
        double rest = n - l + 1;
        raw[l - 1] = (rest * rest + rest) / (chain ? (double) l * l : 1);
        weighted += raw[l - 1] * size;
      }
    }
    if (budget <= 0) {
      throw new IllegalArgumentException(
          "Smart ratio needs a density above the classifier's share of it, had " + density);
    }
    List<Double> densities = new ArrayList<>();
    double passedOn = 0;
    for (int l = 0; l < n; l++) {
      int size = layout.support(layers.get(l).name()).kept();
      if (isClassifier(layers.get(l))) {
        densities.add(CLASSIFIER_DENSITY);
      } else {
        double share = budget * raw[l] / weighted + passedOn / size;
        densities.add(Math.min(1, share));
        passedOn = Math.max(0, share - 1) * size;
      }
    }
    if (passedOn > 1) {
      throw new IllegalArgumentException(
          "Smart ratio cannot keep that many weights: its layers are full at a density below "
              + density);
    }
    return new LayerBudget.PerLayer("smart-ratio", densities);
  }

  private static boolean isClassifier(Op.Weighted layer) {
    return layer.layer().kind() == PrunableLayer.Kind.FULLY_CONNECTED;
  }
}
