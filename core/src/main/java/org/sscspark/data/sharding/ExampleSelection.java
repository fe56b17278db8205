package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.Optional;
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

  private static final Pattern WORDS =
      Pattern.compile("portion ([0-9.E-]+?)\\.\\.([0-9.E-]+)(?:, at most (\\d+))? of each class");

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

  /** The selection that {@link #toString} tells of; empty if the text is something else. */
  static Optional<ExampleSelection> inWords(String text) {
    if (text.equals(all().toString())) {
      return Optional.of(all());
    }
    Matcher matcher = WORDS.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ExampleSelection(
                Double.parseDouble(matcher.group(1)),
                Double.parseDouble(matcher.group(2)),
                matcher.group(3) == null ? Long.MAX_VALUE : Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  /**
   * Whether two selections of one data set share examples, as far as that is known without the
   * sizes of its classes: where a limit ends is not.
   *
   * @param sameOrder whether their seeds, and so the random orders, are equal; by different ones
   *     even portions that meet share some
   */
  boolean overlaps(ExampleSelection other, boolean sameOrder) {
    if (equals(all()) || other.equals(all())) {
      return true;
    }
    if (!sameOrder) {
      return isWhole() && other.isWhole();
    }
    boolean isFirst = from <= other.from;
    ExampleSelection first = isFirst ? this : other;
    ExampleSelection second = isFirst ? other : this;
    return second.from < first.to && (first.isWhole() || first.from == second.from);
  }

  private boolean isWhole() {
    return limit == Long.MAX_VALUE;
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
            + (isWhole() ? "" : ", at most " + limit)
            + " of each class";
  }
}
