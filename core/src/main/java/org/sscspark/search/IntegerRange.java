package org.sscspark.search;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whole numbers between two bounds. On the logarithmic scale a number is as likely as the interval
 * that rounds to it.
 *
 * @param low the least value
 * @param high the largest value
 * @param levels how many values a grid goes through, bounds included; all if it is not given
 */
public record IntegerRange(long low, long high, Scale scale, Optional<Integer> levels)
    implements Domain {
  private static final long MOST = 1L << 48;

  public IntegerRange {
    if (low >= high) {
      throw new IllegalArgumentException(
          "the range from %s to %s is empty; give the lower bound first".formatted(low, high));
    }
    if (low < -MOST || high > MOST) {
      throw new IllegalArgumentException(
          "the range from %s to %s is beyond 2^48; narrow it".formatted(low, high));
    }
    if (scale == Scale.LOGARITHMIC && low < 1) {
      throw new IllegalArgumentException(
          "a logarithmic range must be above 0, but starts at %s; raise it or take integers"
              .formatted(low));
    }
    levels.ifPresent(Levels::requireTwo);
  }

  @Override
  public String at(double u) {
    long nearest = StrictMath.round(scale.at(low - 0.5, high + 0.5, u));
    return Long.toString(Math.min(high, Math.max(low, nearest)));
  }

  @Override
  public double position(String value) {
    return scale.position(low - 0.5, high + 0.5, Double.parseDouble(value));
  }

  @Override
  public List<String> grid() {
    if (levels.isEmpty()) {
      return new All();
    }
    int count = levels.get();
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                Long.toString(
                    StrictMath.round(
                        scale.at((double) low, (double) high, (double) i / (count - 1)))))
        .distinct()
        .toList();
  }

  @Override
  public long gridSize() {
    return levels.map(Integer::longValue).orElse(high - low + 1);
  }

  /** Every number, written when it is asked for: there can be many. */
  private final class All extends AbstractList<String> {
    @Override
    public String get(int index) {
      Objects.checkIndex(index, size());
      return Long.toString(low + index);
    }

    @Override
    public int size() {
      return Math.toIntExact(gridSize());
    }
  }
}
