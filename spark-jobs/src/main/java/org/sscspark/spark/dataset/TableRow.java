package org.sscspark.spark.dataset;

import java.io.Serializable;

/**
 * One row of a table.
 *
 * @param image an image file or pixels; empty if there is a problem
 * @param problem why the image cannot be used; empty if it can
 */
@SuppressWarnings("ArrayRecordComponent") // Shuffled and never compared.
record TableRow(byte[] image, String problem) implements Serializable {
  private static final long serialVersionUID = 1L;

  static TableRow of(byte[] image) {
    return new TableRow(image, "");
  }

  static TableRow unusable(String problem) {
    return new TableRow(new byte[0], problem);
  }

  boolean isUsable() {
    return problem.isEmpty();
  }
}
