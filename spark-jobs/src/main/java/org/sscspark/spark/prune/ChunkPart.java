package org.sscspark.spark.prune;

import java.io.Serializable;

/**
 * A part of a chunk's gradient on its way to the driver. A class of plain fields, so that Kryo
 * carries it.
 */
final class ChunkPart implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int chunk;
  private final String arithmetic;
  private final double[] values;

  /**
   * Makes a part.
   *
   * @param arithmetic what computed it
   */
  ChunkPart(int chunk, String arithmetic, double[] values) {
    this.chunk = chunk;
    this.arithmetic = arithmetic;
    this.values = values;
  }

  int chunk() {
    return chunk;
  }

  String arithmetic() {
    return arithmetic;
  }

  double[] values() {
    return values;
  }
}
