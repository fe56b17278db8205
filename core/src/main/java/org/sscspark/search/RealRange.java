package org.sscspark.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Numbers between two bounds. Values have four significant digits, or as many more as a narrow
 * range takes to have a hundred values, so that the value that a table shows is the value that was
 * used.
 *
 * @param low the least value
 * @param high the largest value
 * @param levels how many values a grid goes through, bounds included; without it no grid can
 */
public record RealRange(double low, double high, Scale scale, Optional<Integer> levels)
    implements Domain {
  private static final int LEAST_DIGITS = 4;

  public RealRange {
    if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException(
          "the range from %s to %s is empty; give the lower bound first".formatted(low, high));
    }
    if (scale == Scale.LOGARITHMIC && low <= 0) {
      throw new IllegalArgumentException(
          "a logarithmic range must be above 0, but starts at %s; raise it or take uniform"
              .formatted(low));
    }
    levels.ifPresent(Levels::requireTwo);
  }

  @Override
  public String at(double u) {
    double exact = scale.at(low, high, u);
    double rounded = new BigDecimal(exact).round(new MathContext(digits())).doubleValue();
    return Double.toString(Math.min(high, Math.max(low, rounded)));
  }

  /** At four digits a narrow range far from zero would have few values, or its bounds only. */
  private int digits() {
    double largest = Math.max(Math.abs(low), Math.abs(high));
    return Math.max(LEAST_DIGITS, 3 + magnitude(largest) - magnitude(high - low));
  }

  /** The place of the first digit. */
  private static int magnitude(double value) {
    BigDecimal exact = new BigDecimal(value);
    return exact.precision() - exact.scale();
  }

  @Override
  public double position(String value) {
    return scale.position(low, high, Double.parseDouble(value));
  }

  @Override
  public List<String> grid() {
    int count = levels.orElseThrow(Levels::missing);
    return IntStream.range(0, count)
        .mapToObj(i -> at((double) i / (count - 1)))
        .distinct()
        .toList();
  }

  @Override
  public long gridSize() {
    return levels.orElseThrow(Levels::missing);
  }
}
