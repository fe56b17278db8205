package org.sscspark.network;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.DepthwiseLayers;
import org.sscspark.pattern.KernelDistances;
import org.sscspark.pattern.KernelParity;
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
 * @param parity whether ODD and EVEN change places from layer to layer; empty: they do not
 * @param depthwise what depthwise layers keep; empty: all that is possible
 * @param inBlock the most channels in a row that share a slot; empty: one
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
    Optional<KernelParity> parity,
    Optional<DepthwiseLayers> depthwise,
    Optional<Integer> inBlock,
    Optional<Integer> outBlock,
    Optional<Integer> g,
    Optional<Integer> n,
    FanIn fanIn) {
  private static final PatternPreferences USUAL = PatternPreferences.DEFAULT;

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
    parity = parity.filter(one -> one != KernelParity.SAME);
    depthwise = depthwise.filter(one -> one != DepthwiseLayers.WHOLE);
    if (depthwise.isPresent() && profile == DensityProfile.ERK) {
      throw new BadInputException(
          "ssc.depthwise = share does not go with ssc.profile = erk, which has its own densities of depthwise layers; leave one out");
    }
    requirePositive("in-block", inBlock);
    requirePositive("out-block", outBlock);
    inBlock = inBlock.filter(block -> block > 1);
    requirePositive("g", g);
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
    if (layers.isEmpty() == (profile == DensityProfile.EXPLICIT)) {
      throw new BadInputException(
          "ssc.layers and ssc.profile = explicit need each other; give both or neither");
    }
    if (g.isPresent()) {
      requireUnused("profile", profile == DensityProfile.UNIFORM);
      requireUnused("shortest-period", shortestPeriod == USUAL.shortestPeriod());
      requireUnused("depthwise", depthwise.isEmpty());
      requireUnused("point-share", pointShare == USUAL.pointShare());
    }
  }

  private static void requireUnused(String key, boolean usual) {
    if (!usual) {
      throw new BadInputException(
          "ssc.%s does not go with ssc.g, which gives every layer the same pattern; leave one out"
              .formatted(key));
    }
  }

  private static void requirePositive(String key, Optional<Integer> number) {
    if (number.isPresent() && number.get() < 1) {
      throw new BadInputException(
          "ssc.%s is %s; it must be positive, or left out".formatted(key, number.get()));
    }
  }

  /** Settings of this profile, first and last layer dense, dense fan-in, everything else chosen. */
  public static SscSettings of(DensityProfile profile) {
    return new SscSettings(
        profile,
        List.of("first", "last"),
        List.of(),
        USUAL.shortestPeriod(),
        USUAL.pointShare(),
        USUAL.offsets(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        FanIn.DEFAULT);
  }

  /** Which patterns are taken. */
  PatternPreferences preferences() {
    return new PatternPreferences(
        shortestPeriod,
        pointShare,
        offsets,
        distances.orElse(USUAL.distances()),
        parity.orElse(USUAL.parity()),
        inBlock.orElse(USUAL.inBlock()),
        outBlock);
  }
}
