package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.data.Augmentation;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.Op;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.WeightShape;

class ErkPlusTest {
  private static final FeatureShape INPUT = new FeatureShape(3, 16, 16);
  private static final int CLASSES = 100;

  /** By the published recursion: solve for the factor, make dense what exceeds 1, solve again. */
  @Property(tries = 15)
  void layersKeepErksSharesBesideADenseClassifier(
      @ForAll @DoubleRange(min = 0.2, max = 0.9) double density) {
    DesignedNetwork designed = designed("random-erk-plus", density);
    List<Op.Weighted> dense = designed.dense().weighted();
    double[] expected = erkPlus(dense, density);
    double kept = 0;
    for (int layer = 0; layer < expected.length; layer++) {
      int count = designed.report().orElseThrow().layers().get(layer).kept();
      assertThat(Math.abs(count - expected[layer] * dense.get(layer).prunable()))
          .as(dense.get(layer).name() + " keeps " + count)
          .isLessThan(1 + 1e-6);
      kept += count;
    }
    double all = dense.stream().mapToInt(Op.Weighted::prunable).sum();
    assertThat(kept).isEqualTo(Math.floor(density * all * (1 + 1e-14)));
    assertThat(expected[expected.length - 1]).isEqualTo(1);
  }

  @Test
  void aClassifierLargerThanTheBudgetIsRefused() {
    assertThatThrownBy(() -> designed("random-erk-plus", 0.001))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Density 0.001 cannot be met")
        .hasMessageContaining("it is to stay dense");
  }

  private static double[] erkPlus(List<Op.Weighted> layers, double density) {
    Set<Integer> full = new HashSet<>(Set.of(layers.size() - 1));
    while (true) {
      double budget = 0;
      double weighted = 0;
      for (int l = 0; l < layers.size(); l++) {
        double n = layers.get(l).prunable();
        budget += full.contains(l) ? -(1 - density) * n : density * n;
        weighted += full.contains(l) ? 0 : raw(layers.get(l)) * n;
      }
      double factor = budget / weighted;
      int before = full.size();
      for (int l = 0; l < layers.size(); l++) {
        if (factor * raw(layers.get(l)) > 1) {
          full.add(l);
        }
      }
      if (full.size() == before) {
        double[] densities = new double[layers.size()];
        for (int l = 0; l < densities.length; l++) {
          densities[l] = full.contains(l) ? 1 : factor * raw(layers.get(l));
        }
        return densities;
      }
    }
  }

  private static double raw(Op.Weighted layer) {
    WeightShape shape = layer.support().shape();
    double sides = shape.filters() + shape.channels();
    return layer instanceof Op.Convolution
        ? (sides + shape.kernelHeight() + shape.kernelWidth()) / shape.size()
        : sides / shape.size();
  }

  static DesignedNetwork designed(String method, double density, String... settings) {
    return designed(method, density, 7, settings);
  }

  static DesignedNetwork designed(String method, double density, long seed, String... settings) {
    Settings all =
        Settings.load(
            Optional.empty(),
            settings.length > 0 ? List.of(settings) : List.of("model.name=convnet"));
    return new NetworkDesign(
            seed,
            new Method(method),
            density,
            all.bind("model", ModelSettings.class),
            all.bind("ssc", SscSettings.class),
            all.bind("pruning", PruningSettings.class),
            EngineSettings.named("lane"),
            Augmentation.none())
        .design(INPUT, CLASSES, GradientSources.NONE);
  }
}
