package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.Regrowth.Growth;
import org.sscspark.pruning.Regrowth.Slopes;
import org.sscspark.pruning.Regrowth.Trained;

class RegrowthTest {
  private static final Regrowth SET = new Regrowth(Growth.RANDOM, 4, 0.3, 0.75);
  private static final Regrowth RIGL = new Regrowth(Growth.GRADIENT, 4, 0.3, 0.75);

  private static NetworkSpec network(int channels, int side, int classes) {
    return ModelZoo.network(
        new ModelSettings("convnet", 0.25), new FeatureShape(channels, side, side), classes);
  }

  private static BitSet some(Random random, int size, double density) {
    BitSet some = new BitSet();
    IntStream.range(0, size).filter(i -> random.nextDouble() < density).forEach(some::set);
    return some;
  }

  /** By sorted lists, a layer at a time; few different numbers, so that many are equal. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theSmallestGoAndTheHighestPlacesCome(int seed) {
    Random random = new Random(seed);
    NetworkSpec dense = network(1 + random.nextInt(3), 8 + random.nextInt(3), 3);
    WeightMask all = WeightMask.all(dense);
    WeightMask kept = all.with(some(random, all.size(), seed == 8 ? 1 : random.nextDouble()));
    float[] weights = new float[ParameterLayout.of(dense).size()];
    double[] scores = new double[all.size()];
    for (int i = 0; i < all.size(); i++) {
      weights[i] = (random.nextInt(41) - 20) / 8f;
      scores[i] = random.nextInt(50) / 7.0;
    }
    double share = random.nextDouble();
    WeightMask moved = Regrowth.moved(kept, weights, scores, share);
    for (int layer = 0; layer < kept.layers(); layer++) {
      List<Integer> there = new ArrayList<>();
      List<Integer> free = new ArrayList<>();
      for (int i = kept.offset(layer); i < kept.offset(layer + 1); i++) {
        (kept.keeps(i) ? there : free).add(i);
      }
      int count = there.size();
      int moving = (int) Math.floor(count * share);
      there.sort(
          Comparator.<Integer>comparingDouble(i -> -Math.abs(weights[i])).thenComparingInt(i -> i));
      free.addAll(there.subList(count - moving, count));
      free.sort(Comparator.<Integer>comparingDouble(i -> -scores[i]).thenComparingInt(i -> i));
      List<Integer> expected = new ArrayList<>(there.subList(0, count - moving));
      expected.addAll(free.subList(0, moving));
      List<Integer> now = new ArrayList<>();
      for (int i = kept.offset(layer); i < kept.offset(layer + 1); i++) {
        if (moved.keeps(i)) {
          now.add(i);
        }
      }
      assertThat(now).containsExactlyInAnyOrderElementsOf(expected).hasSize(count);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "3, 0.1, false",
    "4, 0.1, true",
    "8, 0.74, true",
    "8, 0.75, false",
    "9, 0.2, false"
  })
  void movesEverySoManyRoundsUntilAShareOfTheRun(long done, double progress, boolean due) {
    assertThat(SET.isDue(done, progress)).isEqualTo(due);
  }

  @Test
  void theShareOfRiglFallsAsHalfACosine() {
    assertThat(RIGL.shareAt(0)).isEqualTo(0.3);
    assertThat(RIGL.shareAt(0.25)).isCloseTo(0.15 * (1 + Math.cos(Math.PI / 3)), within(1e-15));
    assertThat(RIGL.shareAt(0.375)).isCloseTo(0.15, within(1e-15));
    assertThat(RIGL.shareAt(0.75)).isCloseTo(0, within(1e-15));
    assertThat(SET.shareAt(0.5)).isEqualTo(0.3);
  }

  private static Trained trained(long seed) {
    NetworkSpec dense = network(3, 8, 3);
    WeightMask all = WeightMask.all(dense);
    Random random = new Random(seed);
    NetworkSpec network = dense.withSupports(all.with(some(random, all.size(), 0.3)).supports());
    float[] parameters = new float[ParameterLayout.of(network).size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) random.nextGaussian();
    }
    return new Trained(dense, network, parameters, seed);
  }

  @Test
  void aMoveFollowsFromStateSeedAndRound() {
    Trained one = trained(1);
    NetworkSpec moved = SET.moved(one, 4, 0.1, Slopes.NONE);
    assertThat(moved).isEqualTo(SET.moved(one, 4, 0.2, Slopes.NONE)).isNotEqualTo(one.network());
    assertThat(SET.moved(one, 8, 0.1, Slopes.NONE)).isNotEqualTo(moved);
    Trained reseeded = new Trained(one.dense(), one.network(), one.parameters(), 2);
    assertThat(SET.moved(reseeded, 4, 0.1, Slopes.NONE)).isNotEqualTo(moved);
    assertThat(ParameterLayout.of(moved).weightCount())
        .isEqualTo(ParameterLayout.of(one.network()).weightCount());
    assertThat(moved.withSupports(WeightMask.all(one.dense()).supports()))
        .isEqualTo(one.dense().withSupports(WeightMask.all(one.dense()).supports()));
  }

  /** Slopes get the weights where the dense network has them, and the number of the move. */
  @Test
  void riglAsksForSlopesOfAllWeights() {
    Trained one = trained(3);
    ParameterLayout packed = ParameterLayout.of(one.network());
    ParameterLayout whole = ParameterLayout.of(one.dense());
    NetworkSpec moved =
        RIGL.moved(
            one,
            8,
            0.25,
            (weights, kept, draw) -> {
              assertThat(draw).isEqualTo(2);
              assertThat(weights).hasSize(whole.size());
              double sum = 0;
              for (float value : one.parameters()) {
                sum += value;
              }
              double spread = 0;
              for (float value : weights) {
                spread += value;
              }
              assertThat(spread).isCloseTo(sum, within(1e-3));
              double[] slopes = new double[kept.size()];
              for (int i = 0; i < slopes.length; i++) {
                assertThat(weights[i] != 0).isEqualTo(kept.keeps(i));
                slopes[i] = i;
              }
              return slopes;
            });
    WeightMask before = WeightMask.of(one.dense(), one.network());
    WeightMask after = WeightMask.of(one.dense(), moved);
    int layer = 1;
    int moving = (int) (0.225 * before.count(layer));
    int grown = 0;
    for (int i = before.offset(layer); i < before.offset(layer + 1); i++) {
      grown += after.keeps(i) && !before.keeps(i) ? 1 : 0;
    }
    // The last free places, but for those of weights that went and came at once.
    assertThat(grown).isBetween(1, moving);
    assertThat(after.keeps(before.offset(layer + 1) - 1)).isTrue();
    assertThat(packed.weightCount()).isEqualTo(ParameterLayout.of(moved).weightCount());
  }

  @ParameterizedTest
  @CsvSource({
    "regrow-rounds=0, must be positive",
    "regrow-share=0, must be above 0 and at most 1",
    "regrow-share=1.1, must be above 0 and at most 1",
    "regrow-until=-1, must be above 0 and at most 1"
  })
  void settingsOutOfRangeAreNamed(String setting, String message) {
    assertThatThrownBy(
            () ->
                Settings.of(PruningSettings.defaults(), List.of(setting))
                    .bind(PruningSettings.class))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(setting.substring(0, setting.indexOf('=')))
        .hasMessageContaining(message);
  }

  @Test
  void settingsOfOneMethodAreNotAnothers() {
    PruningSettings given =
        Settings.of(
                PruningSettings.defaults(),
                List.of("dense-share=0.5", "regrow-rounds=3", "regrow-until=0.5"))
            .bind(PruningSettings.class);
    assertThat(given.of(Method.SSC.time())).isEqualTo(PruningSettings.defaults());
    assertThat(given.of(new Method("set").time()).regrowRounds()).contains(3);
    assertThat(given.of(new Method("rigl").time()).denseShare()).isEmpty();
    assertThat(given.of(new Method("fine-tune").time()).denseShare()).contains(0.5);
    assertThat(given.of(new Method("fine-tune").time()).regrowing()).isEqualTo(Optional.empty());
  }
}
