package org.sscspark.pruning;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
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

  /** The steps of densities that messages say to take. */
  private static final double GRAIN = 1e-4;

  private final List<Op.Weighted> layers;
  private final ParameterLayout layout;

  /** [layer]: what its density is proportional to; 0 of classifiers. */
  private final double[] raw;

  private SmartRatio(NetworkSpec network) {
    this.layers = network.weighted();
    this.layout = ParameterLayout.of(network);
    boolean chain = network.ops().stream().allMatch(op -> op.inputs().size() == 1);
    int n = layers.size();
    this.raw = new double[n];
    for (int l = 1; l <= n; l++) {
      double rest = n - l + 1;
      raw[l - 1] = isClassifier(l - 1) ? 0 : (rest * rest + rest) / (chain ? (double) l * l : 1);
    }
  }

  /**
   * Returns the density of each weighted layer.
   *
   * @throws BadInputException if the classifier alone is more than the budget, or all layers
   *     together are less
   */
  public static LayerBudget.PerLayer densities(NetworkSpec network, double density) {
    SmartRatio ratio = new SmartRatio(network);
    if (ratio.budget(density) <= 0) {
      throw ratio.refusal(
          density,
          "which keeps %s of the classifier; take a density of %s or more"
              .formatted(CLASSIFIER_DENSITY, ratio.least()));
    }
    Shares shares = ratio.shares(density);
    if (shares.left() > 1) {
      throw ratio.refusal(
          density,
          "whose layers are full then; take a density of %s or less"
              .formatted(ratio.most(density)));
    }
    return new LayerBudget.PerLayer("smart-ratio", shares.densities());
  }

  private BadInputException refusal(double density, String why) {
    return new UnmetSettingsException(
        "Density %s cannot be met by smart-ratio, %s, or another method or pruning.budget"
            .formatted(density, why));
  }

  /** What is left for convolutions. */
  private double budget(double density) {
    double budget = density * layout.weightCount();
    for (int l = 0; l < layers.size(); l++) {
      budget -= isClassifier(l) ? CLASSIFIER_DENSITY * size(l) : 0;
    }
    return budget;
  }

  /** The layers' densities, and weights that none has room for. */
  private record Shares(List<Double> densities, double left) {}

  private Shares shares(double density) {
    double budget = budget(density);
    double weighted = 0;
    for (int l = 0; l < raw.length; l++) {
      weighted += raw[l] * size(l);
    }
    List<Double> densities = new ArrayList<>();
    double passedOn = 0;
    for (int l = 0; l < raw.length; l++) {
      if (isClassifier(l)) {
        densities.add(CLASSIFIER_DENSITY);
      } else {
        double share = budget * raw[l] / weighted + passedOn / size(l);
        densities.add(Math.min(1, share));
        passedOn = Math.max(0, share - 1) * size(l);
      }
    }
    return new Shares(densities, passedOn);
  }

  private BigDecimal least() {
    double classifiers = -budget(0) / layout.weightCount();
    return rounded(classifiers + 1.0 / layout.weightCount(), RoundingMode.CEILING);
  }

  private BigDecimal most(double tooMuch) {
    double low = least().doubleValue();
    double high = tooMuch;
    while (high - low > GRAIN / 100) {
      double middle = (low + high) / 2;
      if (shares(middle).left() > 1) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return rounded(low, RoundingMode.FLOOR);
  }

  private static BigDecimal rounded(double density, RoundingMode mode) {
    return BigDecimal.valueOf(density).setScale(BigDecimal.valueOf(GRAIN).scale(), mode);
  }

  private int size(int layer) {
    return layout.support(layers.get(layer).name()).kept();
  }

  private boolean isClassifier(int layer) {
    return layers.get(layer).layer().kind() == PrunableLayer.Kind.FULLY_CONNECTED;
  }
}
