package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kind: versions that would end in a NoSuchMethodError somewhere. */
class SupportedTest {
  @ParameterizedTest
  @CsvSource({"17, 2.12.18, 3.5.0", "21, 2.12.18, 3.5.9", "17, 2.12.17, 3.5.1-amzn-0"})
  void runs(int java, String scala, String spark) {
    assertThat(Supported.complaint(java, scala, spark)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "16, 2.12.18, 3.5.0, Java 16",
    "25, 2.12.18, 3.5.0, Java 25",
    "17, 2.12.17, 3.4.4, Spark 3.4.4 for Scala 2.12.17",
    "17, 2.13.8, 3.5.5, Spark 3.5.5 for Scala 2.13.8",
    "17, 2.13.16, 4.0.1, Spark 4.0.1 for Scala 2.13.16",
  })
  void refusesInOneLine(int java, String scala, String spark, String words) {
    assertThat(Supported.complaint(java, scala, spark))
        .hasValueSatisfying(line -> assertThat(line).hasLineCount(1).contains(words));
  }

  @Test
  void takesTheProcessThatRunsTheTests() {
    assertThat(Supported.complaint()).isEmpty();
  }
}
