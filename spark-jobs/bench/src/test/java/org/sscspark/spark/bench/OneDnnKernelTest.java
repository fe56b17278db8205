package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneDnnKernelTest {
  /** All values are one, so results count the taps that lie inside the image. */
  @ParameterizedTest
  @CsvSource({"16, 1, 3", "32, 2, 3", "16, 16, 3", "16, 1, 1"})
  void everyPassSumsAllItsTaps(int channels, int groups, int kernel) {
    int size = 5;
    int batch = 3;
    int insideOfARow = kernel == 1 ? size : 3 * size - 2;
    double expected = 1.0 * batch * channels * channels / groups * insideOfARow * insideOfARow;
    try (OneDnnKernel convolution = new OneDnnKernel(channels, groups, kernel, size, batch)) {
      assertThat(convolution.passes().keySet())
          .containsExactly(Pass.FORWARD, Pass.BACKWARD_DATA, Pass.BACKWARD_WEIGHTS);
      convolution.passes().values().forEach(Runnable::run);
      for (Pass pass : convolution.passes().keySet()) {
        assertThat(convolution.sum(pass)).as(pass.toString()).isEqualTo(expected);
      }
      assertThat(convolution.weights()).isEqualTo(channels * channels / groups * kernel * kernel);
    }
  }
}
