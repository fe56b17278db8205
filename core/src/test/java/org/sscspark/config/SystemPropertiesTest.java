package org.sscspark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kind: a number that is misread and replaced by another without a word. */
class SystemPropertiesTest {
  private static final String NAME = "sscspark.test.number";

  @AfterEach
  void unset() {
    System.clearProperty(NAME);
  }

  @Test
  void numbersAreDecimal() {
    assertThat(SystemProperties.count(NAME, 3)).isEqualTo(3);
    assertThat(SystemProperties.bytes(NAME, 1L << 40)).isEqualTo(1L << 40);
    System.setProperty(NAME, "010");
    assertThat(SystemProperties.count(NAME, 3)).isEqualTo(10);
    System.setProperty(NAME, "3000000000");
    assertThat(SystemProperties.bytes(NAME, 1)).isEqualTo(3_000_000_000L);
    System.setProperty(NAME, "0");
    assertThat(SystemProperties.bytes(NAME, 1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"four", "", "0", "-1", "0x10", "4 ", "2.5", "3000000000", "1e2", "٤"})
  void whatIsNoCountIsNamed(String text) {
    System.setProperty(NAME, text);
    assertThatThrownBy(() -> SystemProperties.count(NAME, 3))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "System property %s = %s: give a whole number from 1 to 2147483647, in decimal digits",
            NAME, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"20MB", "-1", "9223372036854775808"})
  void whatIsNoNumberOfBytesIsNamed(String text) {
    System.setProperty(NAME, text);
    assertThatThrownBy(() -> SystemProperties.bytes(NAME, 3))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(NAME + " = " + text + ": give a whole number from 0");
  }
}
