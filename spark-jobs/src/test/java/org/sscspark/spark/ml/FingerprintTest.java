package org.sscspark.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  private static SparkSession session;

  @BeforeAll
  static void start() {
    session =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static String of(String value) {
    return Fingerprint.of(session.sql("select " + value + " as value"), List.of("value")).text();
  }

  /** Kind: a table whose run is not found again, as bytes within it have no text of their own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "array('a', 'b')",
        "map('a', 1, 'b', 2, 'c', 3, 'd', 4, 'e', 5, 'f', 6)",
        "named_struct('tags', array('a', null), 'more', map('a', array(unhex('FF'))))",
        "array(array(1, 2), array(3))"
      })
  void anEqualTableHasAnEqualOne(String value) {
    assertThat(of(value)).isEqualTo(of(value));
  }

  @Test
  void eachElementCounts() {
    assertThat(
            List.of(
                of("array('a', 'b')"),
                of("array('ab')"),
                of("array('a', 'c')"),
                of("array('a', 'b', null)"),
                of("map('a', 'b')"),
                of("map('b', 'a')"),
                of("map('a', 'b', 'c', 'd')"),
                of("array(1.5, 2.5)"),
                of("array(1.5, 3.5)")))
        .doesNotHaveDuplicates();
  }

  @Test
  void aMapHasNoOrder() {
    assertThat(of("map('a', 1, 'b', 2)")).isEqualTo(of("map('b', 2, 'a', 1)"));
  }
}
