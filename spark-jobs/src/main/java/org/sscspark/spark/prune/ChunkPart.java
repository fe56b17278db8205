package org.sscspark.spark.prune;

import java.io.Serializable;

/**
 * A part of a chunk's gradient on its way to the driver. A class of plain fields, so that Kryo
 * carries it.
 */
final class ChunkPart implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int chunk;
  private final double[] values;

  ChunkPart(int chunk, double[] values) {
    this.chunk = chunk;
    this.values = values;
  }

  int chunk() {
    return chunk;
  }

  double[] values() {
    return values;
  }
}
