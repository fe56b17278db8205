package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({"0,0 B", "999,999 B", "1000,0.98 KiB", "1536,1.50 KiB", "1048576,1.00 MiB"})
  void bytesHaveThreeDigits(long length, String expected) {
    assertThat(Figures.bytes(length)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "7,7",
    "999.6,1.00 k",
    "40813184,40.8 M",
    "272474,272 k",
    "99960000,100 M",
    "0.25,0.25"
  })
  void largeNumbersHaveThreeDigits(double value, String expected) {
    assertThat(Figures.large(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "84,84 ms",
    "12345,12.3 s",
    "59960,1 min 00 s",
    "125000,2 min 05 s",
    "7260000,2 h 01 min"
  })
  void timesHaveTheUnitThatSuitsThem(long millis, String expected) {
    assertThat(Figures.time(Duration.ofMillis(millis))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG"})
  void theLocaleDoesNotMatter(String locale) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(locale));
    try {
      assertThat(Figures.percent(0.84125)).isEqualTo("84.13 %");
      assertThat(Figures.count(1234567)).isEqualTo("1,234,567");
    } finally {
      Locale.setDefault(before);
    }
  }
}
