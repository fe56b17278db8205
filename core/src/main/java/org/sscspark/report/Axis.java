package org.sscspark.report;

/**
 * How an axis shows its values; its range follows from the values.
 *
 * @param label what the values are, with their unit
 */
public record Axis(String label, Scale scale, Format format) {
  /** How values map to places. */
  public enum Scale {
    LINEAR,
    /** For positive values that differ by factors. */
    LOGARITHMIC
  }

  /** How values are written. */
  public enum Format {
    NUMBER,
    /** No marks between whole numbers. */
    WHOLE,
    /** Fractions as percentages. */
    PERCENT,
    /** With k, M, G. */
    LARGE
  }

  /** A linear axis. */
  public static Axis linear(String label, Format format) {
    return new Axis(label, Scale.LINEAR, format);
  }

  /** A logarithmic axis. */
  public static Axis logarithmic(String label, Format format) {
    return new Axis(label, Scale.LOGARITHMIC, format);
  }

  /** Whether a value has a place on the axis: zero has none among factors. */
  boolean places(double value) {
    return Double.isFinite(value) && (scale == Scale.LINEAR || value > 0);
  }

  /** Where an axis without values begins; it ends at 1. */
  double least() {
    return scale == Scale.LINEAR ? 0 : 0.1;
  }
}
