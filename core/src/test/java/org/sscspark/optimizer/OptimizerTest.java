package org.sscspark.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.sscspark.config.Choice;
import org.sscspark.config.Settings;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.ParameterUpdate.Decay;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.example.SignSgd;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.training.Recipe;

/** Against each paper's formula in double precision, against ND4J's updaters, and by hand. */
class OptimizerTest {
  private static final int STEPS = 30;
  private static final double RATE = 0.05;

  /** The networks whose parameters are laid out. */
  private static List<ParameterLayout> layouts() {
    return Stream.of(RandomNetworks.Kind.values())
        .map(kind -> ParameterLayout.of(new RandomNetworks(kind.ordinal()).network(kind)))
        .toList();
  }

  /** The papers' updates of one segment, written without regard to speed or rounding. */
  private static void oracle(
      Optimizer rule, double[] p, double[] g, double[][] memory, Segment at, int step) {
    double norm = 0;
    double slope = 0;
    for (int i = at.offset(); i < at.end(); i++) {
      norm += p[i] * p[i];
      slope += g[i] * g[i];
    }
    boolean weights = at.role() == Role.WEIGHT;
    for (int i = at.offset(); i < at.end(); i++) {
      if (rule instanceof Sgd sgd) {
        p[i] -= RATE * (g[i] + (weights ? sgd.weightDecay() : sgd.affineWeightDecay()) * p[i]);
      } else if (rule instanceof Nesterov nesterov) {
        // Sutskever et al., 2013, written for the parameters looked ahead.
        double m = nesterov.momentum();
        double b = weights ? nesterov.weightDecay() : nesterov.affineWeightDecay();
        double old = memory[0][i];
        memory[0][i] = m * old - RATE * (g[i] + b * p[i]);
        p[i] += -m * old + (1 + m) * memory[0][i];
      } else if (rule instanceof Adam adam) {
        double b = weights ? adam.weightDecay() : adam.affineWeightDecay();
        adam(adam, p, g[i] + b * p[i], memory, i, step);
      } else if (rule instanceof AdamW adam) {
        double b = weights ? adam.weightDecay() : adam.affineWeightDecay();
        double before = p[i];
        adam(adam, p, g[i], memory, i, step);
        p[i] -= RATE * b * before;
      } else if (rule instanceof Lars lars) {
        double b = weights ? lars.weightDecay() : lars.affineWeightDecay();
        double local =
            weights ? lars.trust() * Math.sqrt(norm) / (Math.sqrt(slope) + b * Math.sqrt(norm)) : 1;
        memory[0][i] = lars.momentum() * memory[0][i] + RATE * local * (g[i] + b * p[i]);
        p[i] -= memory[0][i];
      }
    }
  }

  /** Kingma and Ba's algorithm 1, its epsilon as in the last lines of their section 2. */
  private static void adam(
      AdamRule rule, double[] p, double g, double[][] memory, int i, int step) {
    double b1 = rule.beta1();
    double b2 = rule.beta2();
    memory[0][i] = b1 * memory[0][i] + (1 - b1) * g;
    memory[1][i] = b2 * memory[1][i] + (1 - b2) * g * g;
    double rate = RATE * Math.sqrt(1 - Math.pow(b2, step + 1)) / (1 - Math.pow(b1, step + 1));
    p[i] -= rate * memory[0][i] / (Math.sqrt(memory[1][i]) + rule.epsilon());
  }

  @ParameterizedTest
  @MethodSource("org.sscspark.optimizer.EachOptimizer#all")
  void doesWhatItsPaperSays(Optimizer optimizer) {
    for (ParameterLayout layout : layouts()) {
      RandomNetworks random = new RandomNetworks(layout.size());
      float[] parameters = random.gaussians(layout.size());
      float[] state = new float[optimizer.stateSize(layout)];
      double[] p = doubles(parameters);
      double[][] memory = new double[2][layout.size()];
      for (int step = 0; step < STEPS; step++) {
        float[] gradients = random.gaussians(layout.size());
        double[] g = doubles(gradients);
        for (Segment segment : layout.segments()) {
          if (segment.end() <= layout.trainableCount()) {
            oracle(optimizer, p, g, memory, segment, step);
          }
        }
        optimizer.step(parameters, gradients, state, layout, RATE, step);
      }
      for (int i = 0; i < p.length; i++) {
        assertThat((double) parameters[i])
            .as("%s, parameter %d", optimizer, i)
            .isCloseTo(p[i], within(2e-5 + 2e-5 * Math.abs(p[i])));
      }
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  @Test
  void withoutDecayTheyDoWhatNd4jDoes() {
    compare(new Nesterov(0.9, 0, 0), new Nesterovs(RATE, 0.9));
    compare(new Nesterov(0, 0, 0), new Nesterovs(RATE, 0));
    compare(
        new Adam(0.9, 0.999, 1e-8, 0, 0),
        new org.nd4j.linalg.learning.config.Adam(RATE, 0.9, 0.999, 1e-8));
    compare(
        new Adam(0.7, 0.95, 1e-2, 0, 0),
        new org.nd4j.linalg.learning.config.Adam(RATE, 0.7, 0.95, 1e-2));
    compare(new Sgd(0, 0), new org.nd4j.linalg.learning.config.Sgd(RATE));
  }

  /** Kind: a setting in another's place, unseen where both are the defaults. */
  @Test
  void replicasThatTakeTheirStepsAreToldAdamsSettings() {
    ParameterUpdate update =
        new Adam(0.7, 0.95, 1e-2, 0, 0).residentStep(RATE, /* stepsBefore= */ 4).orElseThrow();

    double rate = RATE * Math.sqrt(1 - Math.pow(0.95, 5)) / (1 - Math.pow(0.7, 5));
    assertThat((double) update.rate()).isCloseTo(rate, within(1e-7));
    assertThat(update)
        .isEqualTo(
            new ParameterUpdate.Adam(update.rate(), 0.7f, 0.95f, 1e-2f, Decay.NONE, Decay.NONE));
  }

  /** ND4J fuses some multiplications and additions, so the last bit of a step may differ. */
  private static void compare(Optimizer optimizer, IUpdater nd4j) {
    ParameterLayout layout = layouts().get(0);
    int size = layout.trainableCount();
    RandomNetworks random = new RandomNetworks(3);
    float[] parameters = random.gaussians(layout.size());
    float[] state = new float[optimizer.stateSize(layout)];
    INDArray oracle = Nd4j.createFromArray(Arrays.copyOf(parameters, size));
    int stateSize = (int) nd4j.stateSize(size);
    assertThat(stateSize).isEqualTo(state.length);
    INDArray oracleState = stateSize == 0 ? null : Nd4j.zeros(1, stateSize);
    GradientUpdater<?> oracleUpdater = nd4j.instantiate(oracleState, true);
    for (int step = 0; step < STEPS; step++) {
      float[] gradients = random.gaussians(size);
      INDArray update = Nd4j.createFromArray(new float[][] {gradients.clone()});
      oracleUpdater.applyUpdater(update, step, 0);
      oracle.subi(update.reshape(size));
      optimizer.step(parameters, gradients, state, layout, RATE, step);
    }
    assertThat(farthest(oracle.toFloatVector(), parameters)).isLessThan(2e-5);
    if (stateSize > 0) {
      assertThat(farthest(oracleState.toFloatVector(), state)).isLessThan(1e-5);
    }
  }

  private static double farthest(float[] left, float[] right) {
    double farthest = 0;
    for (int i = 0; i < left.length; i++) {
      farthest = Math.max(farthest, Math.abs(left[i] - right[i]));
    }
    return farthest;
  }

  @ParameterizedTest
  @MethodSource("org.sscspark.optimizer.EachOptimizer#all")
  void leavesStatisticsAlone(Optimizer optimizer) {
    ParameterLayout layout =
        ParameterLayout.of(new RandomNetworks(1).network(RandomNetworks.Kind.RESIDUAL));
    RandomNetworks random = new RandomNetworks(2);
    float[] parameters = random.gaussians(layout.size());
    float[] before = parameters.clone();
    float[] gradients = random.gaussians(layout.size());
    optimizer.step(parameters, gradients, new float[optimizer.stateSize(layout)], layout, RATE, 0);
    assertThat(layout.statisticsCount()).isPositive();
    for (int i = 0; i < parameters.length; i++) {
      assertThat(parameters[i] == before[i]).isEqualTo(i >= layout.trainableCount());
    }
  }

  @Test
  void larsMovesALayerOfZerosAtTheGlobalRate() {
    ParameterLayout layout =
        ParameterLayout.of(new RandomNetworks(1).network(RandomNetworks.Kind.PLAIN));
    float[] parameters = new float[layout.size()];
    float[] gradients = new RandomNetworks(2).gaussians(layout.size());
    float[] expected = new float[layout.size()];
    for (int i = 0; i < layout.trainableCount(); i++) {
      expected[i] = -(float) RATE * gradients[i];
    }
    Lars lars = new Lars();
    lars.step(parameters, gradients, new float[lars.stateSize(layout)], layout, RATE, 0);
    assertThat(parameters).containsExactly(expected);
  }

  @Test
  void clippingScalesToTheNormAndLeavesSmallGradientsAlone() {
    for (ParameterLayout layout : layouts()) {
      float[] gradients = new RandomNetworks(4).gaussians(layout.size());
      double norm = 0;
      for (int i = 0; i < layout.trainableCount(); i++) {
        norm += Math.pow(gradients[i], 2);
      }
      norm = Math.sqrt(norm);
      float[] clipped = gradients.clone();
      new ClipNorm(norm / 3).modify(clipped, layout);
      for (int i = 0; i < gradients.length; i++) {
        double scale = i < layout.trainableCount() ? 1.0 / 3 : 1;
        assertThat((double) clipped[i]).isCloseTo(scale * gradients[i], within(1e-6));
      }
      float[] same = gradients.clone();
      new ClipNorm(norm * 1.001).modify(same, layout);
      assertThat(same).isEqualTo(gradients);
    }
  }

  /** docs/training.md names each type with its settings and defaults. */
  @Test
  void theDocumentationHasAllOfThem() throws IOException {
    String text = Files.readString(Path.of("../docs/training.md"));
    List<Choice> all = new ArrayList<>(Choice.all(Optimizer.class));
    all.addAll(Choice.all(GradientModifier.class));
    all.addAll(Choice.all(ParameterModifier.class));
    for (Choice one : all) {
      if (one instanceof SignSgd) {
        continue;
      }
      String settings =
          Stream.of(one.getClass().getRecordComponents())
              .map(
                  component ->
                      "`%s` %s".formatted(kebab(component.getName()), read(one, component)))
              .collect(Collectors.joining(", "));
      assertThat(text).contains("| `%s` | %s |".formatted(one.type(), settings));
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static Object read(Choice one, RecordComponent component) {
    try {
      return component.getAccessor().invoke(one);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anOptimizerOfAnotherJarIsChosenByItsName() {
    assertThat(Choice.all(Optimizer.class))
        .extracting(Choice::type)
        .containsExactly("adam", "adamw", "lars", "nesterov", "sgd", "sign-sgd");
    assertThat(
            Settings.load(
                    Optional.empty(), List.of("train.optimizer={type = sign-sgd, scale = 0.5}"))
                .bind("train", Recipe.class)
                .optimizer())
        .isEqualTo(new SignSgd(0.5));
  }
}
