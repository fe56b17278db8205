package org.sscspark.spark.dataset;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Whole numbers of a table. Others than those of 64 bits would have to be cut, and are none. */
final class WholeNumbers {
  private static final List<DataType> TYPES =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  /** The first number that is too large for 64 bits. */
  private static final double BEYOND = 0x1p63;

  private WholeNumbers() {}

  /** Whether a column holds whole numbers alone; decimals may be larger than those of 64 bits. */
  static boolean areOf(DataType type) {
    return TYPES.contains(type) || type instanceof DecimalType decimal && decimal.scale() == 0;
  }

  /** The number that a value is; empty if it is no whole number of 64 bits. */
  static OptionalLong of(Object value) {
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      // A double beyond is the largest long when it is made one.
      boolean whole = number == Math.rint(number) && Math.abs(number) < BEYOND;
      return whole ? OptionalLong.of((long) number) : OptionalLong.empty();
    }
    if (value instanceof BigDecimal number) {
      try {
        return OptionalLong.of(number.longValueExact());
      } catch (ArithmeticException beyond) {
        return OptionalLong.empty();
      }
    }
    return value instanceof Number number
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }
}
