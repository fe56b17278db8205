package org.sscspark.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Numbers between two bounds. Values have four significant digits, so that the value that a table
 * shows is the value that was used.
 *
 * @param low the least value
 * @param high the largest value
 * @param levels how many values a grid goes through, bounds included; without it no grid can
 */
public record RealRange(double low, double high, Scale scale, Optional<Integer> levels)
    implements Domain {
  private static final MathContext FOUR_DIGITS = new MathContext(4);

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
    double rounded = new BigDecimal(exact).round(FOUR_DIGITS).doubleValue();
    return Double.toString(Math.min(high, Math.max(low, rounded)));
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
