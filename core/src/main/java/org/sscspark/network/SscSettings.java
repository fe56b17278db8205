package org.sscspark.network;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.DensityProfile;

/**
 * The section {@code ssc} of a configuration: how a dense network becomes an SSC network.
 *
 * @param profile how the global density is divided among layers
 * @param denseLayers layers that stay dense; {@code *} stands for any characters, {@code first} and
 *     {@code last} for the first and the last layer with weights. Their weights count in the budget
 * @param layers densities of single layers, for the profile {@code explicit}
 * @param outBlock filters in a row that share a support; empty: chosen for each layer
 * @param g every layer gets SSC(g, n), whatever the density asked for; empty: chosen for each layer
 * @param n pointwise kernels in a period, with {@code g}
 * @param fanIn the fan-in of the initial weights
 */
public record SscSettings(
    DensityProfile profile,
    List<String> denseLayers,
    List<LayerDensity> layers,
    Optional<Integer> outBlock,
    Optional<Integer> g,
    Optional<Integer> n,
    FanIn fanIn) {
  public SscSettings {
    denseLayers = List.copyOf(denseLayers);
    layers = List.copyOf(layers);
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
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        FanIn.DENSE);
  }
}
