package org.sscspark.spark.dataset;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Columns by their places in a table. Their names may hold anything, differ in case alone, or be
 * there twice, and Spark then does not know which is meant.
 */
public final class ColumnPlaces {
  private ColumnPlaces() {}

  /** Returns a table with columns that are named by their places. */
  public static Dataset<Row> named(Dataset<?> table) {
    return table.toDF(names(table.columns().length));
  }

  /** The names of so many columns. */
  public static String[] names(int columns) {
    String[] names = new String[columns];
    Arrays.setAll(names, ColumnPlaces::name);
    return names;
  }

  private static String name(int place) {
    return "_" + place;
  }

  /**
   * Returns a column.
   *
   * @param named what {@link #named} has returned
   */
  public static Column column(Dataset<Row> named, int place) {
    return named.col(name(place));
  }

  /**
   * Returns columns of a table, in this order and named by their places.
   *
   * @param chosen names that the table has, as they are spelt there
   */
  public static Dataset<Row> select(Dataset<?> table, List<String> chosen) {
    List<String> names = Arrays.asList(table.columns());
    Dataset<Row> named = named(table);
    return named.select(
        chosen.stream().map(name -> column(named, names.indexOf(name))).toArray(Column[]::new));
  }
}
