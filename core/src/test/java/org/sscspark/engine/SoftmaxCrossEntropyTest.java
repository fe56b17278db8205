package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the definition of the loss, {@code -sum of t log p}, and its slope by differences. */
class SoftmaxCrossEntropyTest {
  /** A loss by its definition. */
  private static double loss(double[] logits, double[][] targets, int classes) {
    double total = 0;
    for (int n = 0; n < targets.length; n++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(logits[n * classes + k]);
      }
      for (int k = 0; k < classes; k++) {
        total -= targets[n][k] * Math.log(Math.exp(logits[n * classes + k]) / sum);
      }
    }
    return total / targets.length;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 0, false",
    "5, 10, 0.1, false",
    "3, 7, 0.9, false",
    "1, 2, 0, true",
    "5, 10, 0, true",
    "4, 3, 0.1, true",
    "2, 100, 0.3, true"
  })
  void isTheDefinition(int count, int classes, double smoothing, boolean soft) {
    RandomNetworks random = new RandomNetworks(count + classes);
    float[] logits = random.gaussians(count * classes);
    int[] labels = new int[count];
    float[] probabilities = new float[count * classes];
    double[][] expected = new double[count][classes];
    for (int n = 0; n < count; n++) {
      labels[n] = random.between(0, classes - 1);
      int other = random.between(0, classes - 1);
      double share = soft ? random.between(0, 64) / 64.0 : 1;
      probabilities[n * classes + labels[n]] += (float) share;
      probabilities[n * classes + other] += (float) (1 - share);
      for (int k = 0; k < classes; k++) {
        double own = probabilities[n * classes + k];
        expected[n][k] = (1 - smoothing) * own + smoothing / classes;
      }
    }
    Targets targets = soft ? new Targets.Soft(labels, probabilities) : new Targets.Hard(labels);
    double[] exact = new double[logits.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = logits[i];
    }
    float[] gradient = new float[logits.length];

    double loss =
        SoftmaxCrossEntropy.lossAndGradient(logits, targets, count, classes, smoothing, gradient);

    assertThat(loss).isCloseTo(loss(exact, expected, classes), within(1e-12));
    for (int i = 0; i < exact.length; i++) {
      double at = exact[i];
      exact[i] = at + 1e-5;
      double above = loss(exact, expected, classes);
      exact[i] = at - 1e-5;
      double below = loss(exact, expected, classes);
      exact[i] = at;
      assertThat((double) gradient[i]).isCloseTo((above - below) / 2e-5, within(1e-7));
    }
  }

  @Test
  void softTargetsOfOneClassAreHardOnesBitForBit() {
    RandomNetworks random = new RandomNetworks(9);
    float[] logits = random.gaussians(6 * 5);
    int[] labels = {0, 4, 2, 2, 1, 3};
    float[] probabilities = new float[logits.length];
    for (int n = 0; n < labels.length; n++) {
      probabilities[n * 5 + labels[n]] = 1;
    }
    float[] hard = new float[logits.length];
    float[] soft = new float[logits.length];

    double expected =
        SoftmaxCrossEntropy.lossAndGradient(logits, new Targets.Hard(labels), 6, 5, 0.1, hard);
    double actual =
        SoftmaxCrossEntropy.lossAndGradient(
            logits, new Targets.Soft(labels, probabilities), 6, 5, 0.1, soft);

    assertThat(actual).isEqualTo(expected);
    assertThat(soft).isEqualTo(hard);
  }
}
