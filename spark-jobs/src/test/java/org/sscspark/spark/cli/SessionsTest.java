package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;

class SessionsTest {
  /** Kind: masters that Spark refuses with a trace, or takes and then waits for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "local[0]",
        "local[99999999999]",
        "local[2,99999999999]",
        "local-cluster[2,1]",
        "local-cluster[0,1,1024]",
        "local-cluster[1,0,1024]",
        "local-cluster[x]",
      })
  void aMasterThatCannotBeIsRefused(String master) {
    assertThatThrownBy(() -> Sessions.configuration("test", Optional.of(master)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Spark has no master '" + master + "': give local[N]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"local", "local[*]", "local[12]", "local[2, 3]", "local-cluster[2, 1, 1024]"})
  void mastersOfThisMachineAreTaken(String master) {
    assertThat(Sessions.configuration("test", Optional.of(master)).get("spark.master"))
        .isEqualTo(master);
  }

  /** Kind: the name of an exception, where a setting is wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spark.task.cpus            | 3         | spark.task.cpus
          spark.driver.maxResultSize | abc       | spark.driver.maxResultSize: Size must be
          spark.eventLog.enabled     | ja        | spark.eventLog.enabled should be boolean
          spark.rpc.message.maxSize  | 0         | spark.rpc.message.maxSize
          spark.io.compression.codec | bogus     | bogus
          spark.serializer           | bogus.Ser | spark.serializer: there is no class bogus.Ser
          spark.ssc.executorTimeout  | abc       | spark.ssc.executorTimeout
          spark.dynamicAllocation.enabled | ja   | spark.dynamicAllocation.enabled should be boolean
          spark.task.resource.gpu.amount  | abc  | spark.task.resource.gpu.amount=abc is no number
          """)
  void whatSparkRefusesAtItsStartIsBadInput(String key, String value, String words) {
    // Another test's Spark would be taken as it is.
    Sessions.open("test", Optional.of("local[1]")).close();
    System.setProperty(key, value);
    try {
      assertThatThrownBy(() -> Sessions.open("test", Optional.of("local[2]")))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("Spark does not start with its settings: ")
          .hasMessageContaining(words)
          .hasMessageEndingWith("correct SSC_SUBMIT_ARGS or spark-defaults.conf");
    } finally {
      System.clearProperty(key);
    }
  }

  @Test
  void sparkStartsAfterwards() {
    Sessions.open("test", Optional.of("local[1]")).close();
  }
}
