package org.sscspark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** The range of an axis and its marks, at round values (1, 2 or 5 times a power of ten). */
record Ticks(Axis axis, List<Double> values) {
  private static final int MOST = 6;

  /** Percentages are not shown closer than this: two equal results should look equal. */
  private static final double LEAST_PERCENT = 0.05;

  Ticks {
    values = List.copyOf(values);
  }

  /** Marks that enclose all these values; those that an axis has no place for do not count. */
  static Ticks enclosing(Axis axis, DoubleStream values) {
    double[] placed = values.filter(axis::places).toArray();
    double low = DoubleStream.of(placed).min().orElse(axis.least());
    double high = DoubleStream.of(placed).max().orElse(1);
    double missing = LEAST_PERCENT - (high - low);
    if (axis.format() == Axis.Format.PERCENT && missing > 0) {
      // Neither beyond everything nor, unless values are there, below nothing.
      double above = Math.min(missing / 2, Math.max(0, 1 - high));
      double below = low < 0 ? missing - above : Math.min(missing - above, low);
      high += missing - below;
      low -= below;
    }
    return axis.scale() == Axis.Scale.LOGARITHMIC
        ? new Ticks(axis, logarithmic(low, high))
        : new Ticks(axis, linear(low, high, axis.format()));
  }

  double low() {
    return values.get(0);
  }

  double high() {
    return values.get(values.size() - 1);
  }

  /** Where a value stands: 0 at the low end, 1 at the high end; not finite if nowhere. */
  double position(double value) {
    return axis.scale() == Axis.Scale.LOGARITHMIC
        ? Math.log(value / low()) / Math.log(high() / low())
        : (value - low()) / (high() - low());
  }

  /** A value as the axis writes it. */
  String label(double value) {
    return switch (axis.format()) {
      case NUMBER, WHOLE -> Figures.fixed(value, decimals(1));
      case PERCENT -> Figures.fixed(100 * value, decimals(100)) + " %";
      case LARGE -> Figures.large(value);
    };
  }

  private int decimals(double factor) {
    double finest = Double.MAX_VALUE;
    for (int i = 1; i < values.size(); i++) {
      finest = Math.min(finest, factor * (values.get(i) - values.get(i - 1)));
    }
    return Math.max(0, (int) Math.ceil(-Math.log10(finest) - 1e-9));
  }

  private static List<Double> linear(double low, double high, Axis.Format format) {
    double span = high - low;
    if (span <= 0) {
      span = low == 0 ? 1 : Math.abs(low) / 2;
    }
    double step = roundUp(span / MOST);
    if (format == Axis.Format.WHOLE) {
      step = Math.max(1, step);
    }
    // Counting steps, not adding them, keeps the marks exact; the slack forgives rounding.
    long first = (long) Math.floor(low / step + 1e-9);
    long last = Math.max(first + 1, (long) Math.ceil(high / step - 1e-9));
    List<Double> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      ticks.add(step < 1 ? i / (1 / step) : i * step);
    }
    return ticks;
  }

  private static List<Double> logarithmic(double low, double high) {
    double[] digits = high / low > 100 ? new double[] {1} : new double[] {1, 2, 5};
    List<Double> ticks = new ArrayList<>();
    int last = (int) Math.floor(Math.log10(high)) + 1;
    for (int power = (int) Math.floor(Math.log10(low)); power <= last; power++) {
      for (double digit : digits) {
        double tick = digit * Math.pow(10, power);
        boolean below = tick <= low * (1 + 1e-9);
        boolean enclosed = ticks.size() > 1 && ticks.get(ticks.size() - 1) >= high * (1 - 1e-9);
        if (below) {
          ticks.clear();
        }
        if (!enclosed) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private static double roundUp(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    for (double digit : new double[] {1, 2, 5}) {
      if (step <= digit * power * (1 + 1e-9)) {
        return digit * power;
      }
    }
    return 10 * power;
  }
}
