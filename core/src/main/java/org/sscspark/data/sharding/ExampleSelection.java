package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sscspark.config.BadInputException;

/**
 * Which examples of a class are taken: of its examples in random order, those from the fraction
 * {@code from} to the fraction {@code to}, at most {@code limit}. Two selections of the same seed
 * that meet at a fraction share no example.
 */
public record ExampleSelection(double from, double to, long limit) implements Serializable {
  private static final Pattern PORTION =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)\\.\\.(\\d+(?:\\.\\d*)?|\\.\\d+)");

  public ExampleSelection {
    if (!(from >= 0 && from < to && to <= 1)) {
      throw new BadInputException(
          "Portion %s..%s is empty or outside 0..1; give two increasing fractions such as 0..0.9"
              .formatted(from, to));
    }
    if (limit < 1) {
      throw new BadInputException("Limit of " + limit + " images for each class must be positive");
    }
  }

  /** Returns the selection of all examples. */
  public static ExampleSelection all() {
    return new ExampleSelection(0, 1, Long.MAX_VALUE);
  }

  /**
   * Returns the selection of a portion as users write it, {@code A..B}.
   *
   * @throws BadInputException if the text is something else, or a number cannot be
   */
  public static ExampleSelection of(String portion, long limit) {
    Matcher matcher = PORTION.matcher(portion);
    if (!matcher.matches()) {
      throw new BadInputException(
          "Portion '" + portion + "' is not of the form A..B, as in 0..0.9");
    }
    return new ExampleSelection(
        Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)), limit);
  }

  /** The first place taken in a class of this size. */
  long first(long size) {
    return Math.round(from * size);
  }

  /** The examples taken of a class of this size. */
  long count(long size) {
    return Math.min(limit, Math.round(to * size) - first(size));
  }

  @Override
  public String toString() {
    return equals(all())
        ? "all"
        : "portion "
            + from
            + ".."
            + to
            + (limit == Long.MAX_VALUE ? "" : ", at most " + limit)
            + " of each class";
  }
}
