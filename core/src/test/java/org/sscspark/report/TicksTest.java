package org.sscspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class TicksTest {
  private static Ticks linear(Axis.Format format, double... values) {
    return Ticks.enclosing(Axis.linear("", format), DoubleStream.of(values));
  }

  private static List<String> labels(Ticks ticks) {
    return ticks.values().stream().map(ticks::label).toList();
  }

  @Test
  void marksStandAtRoundValues() {
    assertThat(labels(linear(Axis.Format.NUMBER, 0.31, 2.2, Double.NaN)))
        .containsExactly("0.0", "0.5", "1.0", "1.5", "2.0", "2.5");
    assertThat(labels(linear(Axis.Format.PERCENT, 0.1, 0.85)))
        .containsExactly("0 %", "20 %", "40 %", "60 %", "80 %", "100 %");
  }

  @Test
  void percentagesThatAreAlmostEqualLookAlmostEqual() {
    Ticks ticks = linear(Axis.Format.PERCENT, 0.991, 0.993);
    assertThat(labels(ticks)).containsExactly("95 %", "96 %", "97 %", "98 %", "99 %", "100 %");
  }

  /** Kind: a range that is widened to what no value can be. */
  @Test
  void sharesNearNothingHaveNoMarksBelowIt() {
    assertThat(labels(linear(Axis.Format.PERCENT, 0.01)))
        .containsExactly("0 %", "1 %", "2 %", "3 %", "4 %", "5 %");
    assertThat(labels(linear(Axis.Format.PERCENT, 0)))
        .containsExactly("0 %", "1 %", "2 %", "3 %", "4 %", "5 %");
    assertThat(linear(Axis.Format.PERCENT, -0.01).low()).isNegative();
  }

  @Test
  void epochsAreNotSplit() {
    assertThat(labels(linear(Axis.Format.WHOLE, 1, 3))).containsExactly("1", "2", "3");
  }

  @Test
  void oneValueAndNoValueStillGiveARange() {
    assertThat(linear(Axis.Format.WHOLE, 1).high()).isGreaterThan(1);
    assertThat(linear(Axis.Format.NUMBER).low()).isZero();
    assertThat(linear(Axis.Format.NUMBER, 0, 0).high()).isPositive();
  }

  @Test
  void logarithmicMarksAreDecadesOverWideRangesAndFinerOverNarrowOnes() {
    Axis axis = Axis.logarithmic("", Axis.Format.LARGE);
    assertThat(labels(Ticks.enclosing(axis, DoubleStream.of(2e3, 3e6))))
        .containsExactly("1.00 k", "10.0 k", "100 k", "1.00 M", "10.0 M");
    assertThat(labels(Ticks.enclosing(axis, DoubleStream.of(27e3, 270e3))))
        .containsExactly("20.0 k", "50.0 k", "100 k", "200 k", "500 k");
    Ticks one = Ticks.enclosing(axis, DoubleStream.of(1000));
    assertThat(one.high()).isGreaterThan(one.low());
    Ticks positive = Ticks.enclosing(axis, DoubleStream.of(0, 2e3, 3e6, -1));
    assertThat(positive).isEqualTo(Ticks.enclosing(axis, DoubleStream.of(2e3, 3e6)));
    assertThat(positive.position(0)).isInfinite();
    Ticks none = Ticks.enclosing(axis, DoubleStream.of(0));
    assertThat(none.low()).isPositive().isLessThan(none.high());
  }

  @Property
  void marksEncloseTheValuesAndAreFew(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double a,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double b) {
    Ticks ticks = linear(Axis.Format.NUMBER, a, b);
    assertThat(ticks.position(Math.min(a, b))).isCloseTo(0.5, within(0.500001));
    assertThat(ticks.position(Math.max(a, b))).isCloseTo(0.5, within(0.500001));
    assertThat(ticks.values()).hasSizeBetween(2, 9).isSorted();
  }
}
