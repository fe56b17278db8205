package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.method.ProsPr;
import org.sscspark.pruning.method.SnipScore;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class ProsPrTest {
  private static final int INPUTS = 5;
  private static final int CLASSES = 3;
  private static final NetworkSpec LINEAR = SquaredFlowTest.chain(INPUTS, CLASSES);

  /** One layer and a softmax: three steps of SGD, written out. */
  @Property(tries = 20)
  void scoresAreThoseOfSgdWrittenOut(@ForAll @IntRange(min = 1, max = 1000) int seed) {
    ScoringSet set = examples(seed, 12, 5);
    float[] parameters = Initialization.parameters(LINEAR, FanIn.DENSE, seed);
    double[] initial = SquaredFlowTest.weights(LINEAR, parameters);

    double[] scores =
        new ProsPr.Score(gradients(set, parameters), 3, 0.1)
            .score(parameters, WeightMask.all(LINEAR), 0);

    double[] moved = initial.clone();
    for (int step = 0; step < 3; step++) {
      double[] gradient = softmaxGradient(moved, set);
      for (int i = 0; i < moved.length; i++) {
        moved[i] -= 0.1 * gradient[i];
      }
    }
    double[] last = softmaxGradient(moved, set);
    for (int i = 0; i < initial.length; i++) {
      assertThat(scores[i]).isCloseTo(Math.abs(initial[i] * last[i]), within(1e-12));
    }
  }

  @Test
  void withoutStepsItIsSnip() {
    ScoringSet set = examples(1, 12, 5);
    float[] parameters = Initialization.parameters(LINEAR, FanIn.DENSE, 1);
    GradientSource gradients = gradients(set, parameters);
    WeightMask all = WeightMask.all(LINEAR);
    assertThat(new ProsPr.Score(gradients, 0, 0.1).score(parameters, all, 0))
        .containsExactly(new SnipScore(gradients).score(parameters, all, 0));
  }

  private static double[] softmaxGradient(double[] w, ScoringSet set) {
    double[] gradient = new double[w.length];
    for (int n = 0; n < set.examples(); n++) {
      double[] p = new double[CLASSES];
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        for (int i = 0; i < INPUTS; i++) {
          p[k] += w[k * INPUTS + i] * set.images()[n * INPUTS + i];
        }
        p[k] = Math.exp(p[k]);
        sum += p[k];
      }
      for (int k = 0; k < CLASSES; k++) {
        double slope = p[k] / sum - (set.labels()[n] == k ? 1 : 0);
        for (int i = 0; i < INPUTS; i++) {
          gradient[k * INPUTS + i] += slope * set.images()[n * INPUTS + i] / set.examples();
        }
      }
    }
    return gradient;
  }

  private static ScoringSet examples(long seed, int count, int chunk) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_DATA);
    float[] images = new float[count * INPUTS];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return new ScoringSet(LINEAR.input(), images, labels, chunk);
  }

  private static GradientSource gradients(ScoringSet set, float[] parameters) {
    return new LocalGradients(
        LossGradient.of(
            LINEAR, parameters, BatchNormMode.RUNNING, 1, new LossGradient.Precision.Doubles()),
        draw -> set);
  }
}
