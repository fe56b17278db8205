package org.sscspark.network;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.KernelDistances;
import org.sscspark.pattern.PatternPreferences;

/**
 * The section {@code ssc} of a configuration: how a dense network becomes an SSC network.
 *
 * @param profile how the global density is divided among layers
 * @param denseLayers layers that stay dense; {@code *} stands for any characters, {@code first} and
 *     {@code last} for the first and the last layer with weights. Their weights count in the budget
 * @param layers densities of single layers, for the profile {@code explicit}
 * @param shortestPeriod the shortest period of patterns, where weights allow; not used with g
 * @param pointShare the least share of a 3x3 layer's weights in POINT kernels; not used with g
 * @param offsets whether phases and distances of kernels change from layer to layer
 * @param distances how kernels of a period lie where offsets change; empty: doubling
 * @param outBlock filters in a row that share a support; empty: chosen for each layer
 * @param g every layer gets SSC(g, n), whatever the density asked for; empty: chosen for each layer
 * @param n pointwise kernels in a period, with {@code g}
 * @param fanIn the fan-in of the initial weights
 */
public record SscSettings(
    DensityProfile profile,
    List<String> denseLayers,
    List<LayerDensity> layers,
    int shortestPeriod,
    double pointShare,
    boolean offsets,
    Optional<KernelDistances> distances,
    Optional<Integer> outBlock,
    Optional<Integer> g,
    Optional<Integer> n,
    FanIn fanIn) {
  public SscSettings {
    denseLayers = List.copyOf(denseLayers);
    layers = List.copyOf(layers);
    if (shortestPeriod < 1) {
      throw new BadInputException(
          "ssc.shortest-period is " + shortestPeriod + "; it must be positive, as in 8");
    }
    if (!(pointShare >= 0 && pointShare <= 1)) {
      throw new BadInputException("ssc.point-share is " + pointShare + "; it must be in [0, 1]");
    }
    if (distances.isPresent() && !offsets) {
      throw new BadInputException(
          "ssc.distances does not go with ssc.offsets = false, where every layer has the same; leave one out");
    }
    // One way to say the usual.
    distances = distances.filter(one -> one != KernelDistances.DOUBLING);
    if (outBlock.isPresent() && outBlock.get() < 1) {
      throw new BadInputException(
          "ssc.out-block is " + outBlock.get() + "; it must be positive, or left out");
    }
    if (g.isPresent() && g.get() < 1) {
      throw new BadInputException("ssc.g is " + g.get() + "; it must be positive, or left out");
    }
    if (n.isPresent() && g.isEmpty()) {
      throw new BadInputException("ssc.n is given without ssc.g; give both or neither");
    }
    if (n.isPresent() && (n.get() < 0 || n.get() > 2 * g.get() - 2)) {
      throw new BadInputException(
          "ssc.n is "
              + n.get()
              + "; with g = "
              + g.get()
              + " it must be in [0, "
              + (2 * g.get() - 2)
              + "]");
    }
    if (!layers.isEmpty() && profile != DensityProfile.EXPLICIT) {
      throw new BadInputException("ssc.layers needs ssc.profile = explicit, which is " + profile);
    }
  }

  /** Settings of this profile, first and last layer dense, dense fan-in, everything else chosen. */
  public static SscSettings of(DensityProfile profile) {
    return new SscSettings(
        profile,
        List.of("first", "last"),
        List.of(),
        PatternPreferences.DEFAULT.shortestPeriod(),
        PatternPreferences.DEFAULT.pointShare(),
        PatternPreferences.DEFAULT.offsets(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        FanIn.DEFAULT);
  }

  /** Which patterns are taken. */
  PatternPreferences preferences() {
    return new PatternPreferences(
        shortestPeriod, pointShare, offsets, distances.orElse(KernelDistances.DOUBLING), outBlock);
  }
}
