package org.sscspark.search;

import java.util.List;

/** One of some values, all equally likely. */
public record OneOf(List<String> options) implements Domain {
  public OneOf {
    options = List.copyOf(options);
    if (options.isEmpty()) {
      throw new IllegalArgumentException("a choice needs one value at least, as in [a, b]");
    }
    for (int i = 0; i < options.size(); i++) {
      if (options.indexOf(options.get(i)) != i) {
        throw new IllegalArgumentException(
            "a choice has " + options.get(i) + " twice; list it once");
      }
    }
  }

  @Override
  public String at(double u) {
    return options.get((int) (u * options.size()));
  }

  @Override
  public double position(String value) {
    return (options.indexOf(value) + 0.5) / options.size();
  }

  @Override
  public List<String> grid() {
    return options;
  }

  @Override
  public long gridSize() {
    return options.size();
  }

  @Override
  public boolean isOrdered() {
    return options.stream().allMatch(OneOf::isNumber);
  }

  /** Numbers by size, other options as they are listed. */
  @Override
  public double shownAt(String value) {
    if (!isOrdered()) {
      return position(value);
    }
    double number = Double.parseDouble(value);
    long smaller = options.stream().filter(option -> Double.parseDouble(option) < number).count();
    return (smaller + 0.5) / options.size();
  }

  private static boolean isNumber(String option) {
    try {
      return !Double.isNaN(Double.parseDouble(option));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
