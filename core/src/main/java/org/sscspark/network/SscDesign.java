package org.sscspark.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.DensityAllocator.Limits;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.KernelCounts;
import org.sscspark.pattern.KernelParity;
import org.sscspark.pattern.PatternPreferences;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.SscPlacement;
import org.sscspark.pattern.SscRounding;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Makes an SSC network of a dense one: divides the budget, rounds it to patterns, places them. */
public final class SscDesign {
  /** Of the weights that sparse layers may keep; docs/results.md has the trials. */
  private static final double MOST_DEPTHWISE = 1.0 / 3;

  private final NetworkSpec dense;
  private final SscSettings settings;
  private final List<PrunableLayer> layers;
  private final Set<String> keptDense = new HashSet<>();

  private SscDesign(NetworkSpec dense, SscSettings settings) {
    this.dense = dense;
    this.settings = settings;
    this.layers = dense.layers();
    LayerNames names = new LayerNames(dense);
    for (String name : settings.denseLayers()) {
      keptDense.addAll(names.matching(name));
    }
  }

  /**
   * The SSC network that keeps {@code density} of the prunable weights: never more, and less by no
   * more than 0.5 % or, in tiny networks, by a pattern's smallest step: one weight in each filter
   * of the layer of fewest filters, four above half density.
   *
   * @param dense a network without sparse supports
   * @param density kept over prunable weights, in (0, 1]; not used where the settings give g
   * @throws BadInputException if the density cannot be met, if a layer's name or g is wrong, or if
   *     some output would not depend on some input channel
   */
  public static NetworkSpec apply(NetworkSpec dense, double density, SscSettings settings) {
    SscDesign design = new SscDesign(dense, settings);
    Map<String, KernelCounts> counts =
        settings.g().isPresent()
            ? design.explicitCounts(settings.g().get(), settings.n().orElse(0))
            : design.allocatedCounts(density);
    NetworkSpec sparse = dense.withSupports(design.supports(counts, settings.preferences()));
    design.requireEffects(counts, sparse);
    requireConnected(sparse);
    return sparse;
  }

  private Map<String, KernelCounts> allocatedCounts(double density) {
    double[] densities =
        DensityAllocator.densities(settings.profile(), layers, limits(density), density);
    long budget = StructureBudget.of(dense, density);
    List<PrunableLayer> sparse = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    double share = 0;
    for (int i = 0; i < layers.size(); i++) {
      PrunableLayer layer = layers.get(i);
      share += densities[i] * layer.weights();
      if (keptDense.contains(layer.name())) {
        budget -= layer.weights();
        share -= layer.weights();
      } else {
        sparse.add(layer);
        shares.add(densities[i]);
      }
    }
    List<KernelCounts> rounded =
        SscRounding.counts(
            sparse,
            shares.stream().mapToDouble(Double::doubleValue).toArray(),
            Math.min(budget, (long) Math.floor(share + 1e-3)),
            settings.preferences());
    Map<String, KernelCounts> counts = new LinkedHashMap<>();
    for (int i = 0; i < sparse.size(); i++) {
      counts.put(sparse.get(i).name(), rounded.get(i));
    }
    return counts;
  }

  private List<Limits> limits(double density) {
    Map<String, Double> explicit =
        LayerDensity.byLayer(dense, "ssc.layers", settings.layers(), keptDense);
    OptionalDouble depthwise = depthwiseDensity(density);
    List<Limits> limits = new ArrayList<>();
    for (PrunableLayer layer : layers) {
      double floor = (double) layer.floor() / layer.weights();
      Double given = explicit.get(layer.name());
      if (keptDense.contains(layer.name())) {
        limits.add(Limits.DENSE);
      } else if (given == null && layer.isDepthwise() && depthwise.isPresent()) {
        double own = Math.max(floor, depthwise.getAsDouble());
        limits.add(new Limits(own, own));
      } else if (given == null) {
        limits.add(new Limits(floor, 1));
      } else if (given < floor) {
        throw new UnmetSettingsException(
            "Density %s of layer %s cannot be met: its floor is %s of %s weights"
                .formatted(given, layer.name(), layer.floor(), layer.weights()));
      } else {
        limits.add(new Limits(given, given));
      }
    }
    return limits;
  }

  /**
   * What depthwise layers keep: all, or a third of what sparse layers have in all, or what the
   * floors of the others leave. Of ERK they have their own densities.
   */
  private OptionalDouble depthwiseDensity(double density) {
    double left = 0;
    double depthwise = 0;
    double floors = 0;
    for (PrunableLayer layer : layers) {
      left += density * layer.weights();
      if (keptDense.contains(layer.name())) {
        left -= layer.weights();
      } else if (layer.isDepthwise()) {
        depthwise += layer.weights();
      } else {
        floors += layer.floor();
      }
    }
    return depthwise == 0
            || settings.depthwise().isPresent()
            || settings.profile() == DensityProfile.ERK
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Math.min(1, Math.min(left * MOST_DEPTHWISE, left - floors) / depthwise));
  }

  private Map<String, KernelCounts> explicitCounts(int g, int n) {
    Map<String, KernelCounts> counts = new LinkedHashMap<>();
    for (PrunableLayer layer : layers) {
      if (keptDense.contains(layer.name())) {
        continue;
      }
      if (layer.groups() > 1) {
        counts.put(layer.name(), new KernelCounts(1, 1, 0, 0, 0));
        continue;
      }
      WeightShape shape = layer.shape();
      if (shape.channels() % (2 * g) != 0) {
        throw new UnmetSettingsException(
            "ssc.g = %s: the period 2g = %s must divide the %s channels of layer %s; take another g or add the layer to ssc.dense-layers"
                .formatted(g, 2 * g, shape.channels(), layer.name()));
      }
      KernelCounts pair = KernelCounts.ssc(g, n);
      double density = pair.weights(3, 3) / (9.0 * 2 * g);
      counts.put(
          layer.name(),
          shape.window() > 1
              ? pair
              : new KernelCounts(2 * g, 0, 0, 0, (int) Math.max(1, Math.round(density * 2 * g))));
    }
    return counts;
  }

  private Map<String, Support> supports(
      Map<String, KernelCounts> counts, PatternPreferences preferences) {
    Map<String, Support> supports = new LinkedHashMap<>();
    for (PrunableLayer layer : layers) {
      KernelCounts kernels = counts.get(layer.name());
      if (kernels != null) {
        Optional<SscPattern> pattern =
            SscPlacement.pattern(layer, kernels, supports.size(), preferences);
        supports.put(
            layer.name(),
            new Support.Patterned(
                layer.shape(),
                pattern.orElseThrow(
                    () ->
                        new UnmetSettingsException(
                            "Layer %s, %s: no SSC pattern of %s kernels in a period of %s reads every channel; take a smaller ssc.out-block or a larger density"
                                .formatted(
                                    layer.name(),
                                    layer.shape(),
                                    kernels.nonZero(),
                                    kernels.period())))));
      }
    }
    return supports;
  }

  /** What is asked for and changes no layer is told, not left out. */
  private void requireEffects(Map<String, KernelCounts> counts, NetworkSpec sparse) {
    if (settings.depthwise().isPresent() && layers.stream().noneMatch(PrunableLayer::isDepthwise)) {
      throw new UnmetSettingsException(
          "ssc.depthwise = share: no layer of %s is depthwise; leave it out"
              .formatted(dense.name()));
    }
    PatternPreferences preferences = settings.preferences();
    PatternPreferences single = preferences.withInBlock(1);
    if (!single.equals(preferences)
        && dense.withSupports(supports(counts, single)).equals(sparse)) {
      throw new UnmetSettingsException(
          "ssc.in-block = %s: in no layer of %s has a slot more than one channel; leave it out, or take a larger density"
              .formatted(preferences.inBlock(), dense.name()));
    }
    PatternPreferences same = preferences.withParity(KernelParity.SAME);
    if (!same.equals(preferences) && dense.withSupports(supports(counts, same)).equals(sparse)) {
      throw new UnmetSettingsException(
          "ssc.parity = alternating: no layer of %s that would change has as many ODD kernels as EVEN ones; leave it out, or take another density"
              .formatted(dense.name()));
    }
  }

  private static void requireConnected(NetworkSpec sparse) {
    String logits = sparse.ops().get(sparse.ops().size() - 1).name();
    if (!Mixing.between(sparse, NetworkSpec.INPUT, logits).full()) {
      throw new UnmetSettingsException(
          "Network %s: not every output depends on every channel of the image; take a larger density, or add layers to ssc.dense-layers"
              .formatted(sparse.name()));
    }
    Connectivity connectivity = Connectivity.of(sparse);
    for (Op.Weighted op : sparse.weighted()) {
      Connectivity.Layer layer = connectivity.layer(op.name());
      if (layer.unreadChannels() > 0) {
        throw new UnmetSettingsException(
            "Network %s: no output depends on %s input channels of layer %s; take a larger density, or add the layer to ssc.dense-layers"
                .formatted(sparse.name(), layer.unreadChannels(), op.name()));
      }
    }
  }
}
