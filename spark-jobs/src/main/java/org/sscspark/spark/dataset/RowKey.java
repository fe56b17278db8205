package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The order of a table's rows: by class, and within a class by id or by the image's content.
 * Neither depends on partitions or on the order of rows.
 *
 * @param classNumber of numbered classes, which are in the order of numbers
 * @param className empty if the row has no label that can be used
 * @param idNumber of numbered rows; {@link #NO_ID} if the id is null or no whole number of 64 bits
 * @param id the id in words, or the image's SHA-256 where the table has no ids, empty if the image
 *     is null
 */
record RowKey(long classNumber, String className, long idNumber, String id)
    implements Comparable<RowKey>, Serializable {
  private static final long serialVersionUID = 1L;
  static final long NO_ID = Long.MIN_VALUE;

  private static final Comparator<RowKey> ORDER =
      Comparator.comparingLong(RowKey::classNumber)
          .thenComparing(RowKey::className)
          .thenComparingLong(RowKey::idNumber)
          .thenComparing(RowKey::id);

  /** Whether the table has a column of ids, and this row has none. */
  boolean lacksId() {
    return idNumber == NO_ID && id.isEmpty();
  }

  @Override
  public int compareTo(RowKey other) {
    return ORDER.compare(this, other);
  }
}
