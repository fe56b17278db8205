package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.UnusableDataException;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSummary;

class MacsBudgetTest {
  private static final FeatureShape IMAGE = new FeatureShape(3, 32, 32);

  private static DesignedNetwork resnet20(Method method, double density) {
    return TestDesigns.of(method, density, Augmentation.none(), List.of("model.name=resnet20"))
        .design(IMAGE, 10, GradientSources.NONE);
  }

  private static long macs(DesignedNetwork network) {
    return NetworkSummary.of(network.network()).keptMacs();
  }

  @ParameterizedTest
  @ValueSource(strings = {"random-uniform", "random-erk", "magnitude", "ssc"})
  void aMethodCostsWhatSscDoesWithinOnePercent(Method method) {
    for (double density : new double[] {0.1}) {
      long budget = macs(resnet20(Method.SSC, density));
      List<Double> tried = new ArrayList<>();
      DesignedNetwork found =
          new MacsBudget(budget)
              .design(
                  density,
                  at -> {
                    tried.add(at);
                    return resnet20(method, at);
                  });
      assertThat((double) macs(found) / budget).isBetween(0.99, 1.01);
      // Scores are computed anew for each density: they must be few.
      assertThat(tried).hasSizeLessThanOrEqualTo(8);
      if (method.equals(Method.SSC)) {
        assertThat(tried).containsExactly(density);
      }
    }
  }

  @Test
  void aBudgetThatNoDensityMeetsNamesTheNearest() {
    long dense = macs(resnet20(Method.DENSE, 1));
    assertThatThrownBy(() -> design(2 * dense, at -> resnet20(new Method("random-uniform"), at)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("within 1 %%: the nearest is 1.000 with %,d", dense);
  }

  @Test
  void aStructureOfFewStepsIsMetOrRefusedByName() {
    long some = macs(resnet20(Method.SSC, 0.3));
    long other = macs(resnet20(Method.SSC, 0.6));
    DoubleFunction<DesignedNetwork> twoSteps = at -> resnet20(Method.SSC, at < 0.4321 ? 0.3 : 0.6);
    assertThat(macs(design(some, twoSteps))).isEqualTo(some);
    assertThat(macs(design(other, twoSteps))).isEqualTo(other);
    assertThatThrownBy(() -> design((some + other) / 2, twoSteps))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("give another budget");
  }

  /** Densities that a method refuses are passed over, whether they are too small or too large. */
  @Test
  void refusedDensitiesBoundTheSearch() {
    long budget = macs(resnet20(new Method("random-uniform"), 0.5));
    DoubleFunction<DesignedNetwork> picky =
        at -> {
          if (at < 0.2 || at > 0.7) {
            throw new UnmetSettingsException("density " + at + " cannot be met");
          }
          return resnet20(new Method("random-uniform"), at);
        };
    for (double first : new double[] {0.05, 0.9, 0.999, 1}) {
      assertThat((double) macs(new MacsBudget(budget).design(first, picky)) / budget)
          .as("from %s", first)
          .isBetween(0.99, 1.01);
    }
    assertThatThrownBy(
            () ->
                design(
                    budget,
                    at -> {
                      throw new UnmetSettingsException("density cannot be met");
                    }))
        .hasMessage("density cannot be met");
  }

  /** Kind: a failure that is not the density's is not taken for a density that cannot be. */
  @Test
  void aLostDataSetIsNoRefusedDensity() {
    long budget = macs(resnet20(new Method("random-uniform"), 0.5));
    List<Double> tried = new ArrayList<>();
    assertThatThrownBy(
            () ->
                design(
                    budget,
                    at -> {
                      tried.add(at);
                      Dataset.open(new Configuration(), URI.create("file:/nowhere/at-all"));
                      return resnet20(new Method("random-uniform"), at);
                    }))
        .isInstanceOf(UnusableDataException.class)
        .hasMessageStartingWith("No data set at ");
    assertThat(tried).containsExactly(0.5);
  }

  private static DesignedNetwork design(long macs, DoubleFunction<DesignedNetwork> method) {
    return new MacsBudget(macs).design(0.5, method);
  }
}
