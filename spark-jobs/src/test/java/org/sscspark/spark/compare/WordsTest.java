package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  /** Kind: densities that differ have headings that differ. */
  @ParameterizedTest
  @CsvSource({
    "1.0, 100 %",
    "0.1, 10 %",
    "0.05, 5 %",
    "0.07, 7 %",
    "0.0178, 1.78 %",
    "0.01778, 1.778 %",
    "1e-5, 0.001 %"
  })
  void aDensityThatWasAskedForHasAllItsDigits(double density, String words) {
    assertThat(Words.asked(density)).isEqualTo(words);
  }
}
