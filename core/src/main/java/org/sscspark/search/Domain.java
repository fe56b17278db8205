package org.sscspark.search;

import java.util.List;

/**
 * The values that a key may take. A value is the text that a settings file would hold. Constructors
 * throw IllegalArgumentException for a domain that has no values.
 */
public sealed interface Domain permits OneOf, IntegerRange, RealRange {
  /**
   * The value at a place of the domain: with u uniform in [0, 1), values are as likely as the
   * domain says.
   */
  String at(double u);

  /** The place of a value in [0, 1]: {@link #at} of it is the value. */
  double position(String value);

  /**
   * The values that a grid goes through, in order.
   *
   * @throws IllegalArgumentException if there are infinitely many and nothing says which
   */
  List<String> grid();

  /**
   * How many values that is at most, counted without them.
   *
   * @throws IllegalArgumentException as {@link #grid}
   */
  long gridSize();

  /** Whether one value can be larger than another. */
  default boolean isOrdered() {
    return true;
  }

  /** The place in [0, 1] where a value is shown beside others: larger values further up. */
  default double shownAt(String value) {
    return position(value);
  }
}
