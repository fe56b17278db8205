package org.sscspark.spark.bench;

import java.util.Arrays;

/**
 * What one core moves to and from memory: the triad of the STREAM benchmark (McCalpin, 1995), a[i]
 * = b[i] + s * c[i], over arrays that no cache holds. As there, a value that is written counts
 * once.
 */
final class MemoryBandwidth {
  /** Floats of an array: 64 MiB. */
  private static final int FLOATS = 1 << 24;

  /** Floats of one call, so that the loop is compiled after the first arrays. */
  private static final int PIECE = 1 << 16;

  private static final int ARRAYS = 3;

  private final float[] a = new float[FLOATS];
  private final float[] b = new float[FLOATS];
  private final float[] c = new float[FLOATS];

  MemoryBandwidth() {
    Arrays.fill(b, 1);
    Arrays.fill(c, 2);
  }

  /** Runs once and returns GB/s (10^9 bytes). */
  double run() {
    long start = System.nanoTime();
    for (int from = 0; from < FLOATS; from += PIECE) {
      triad(from);
    }
    long nanos = System.nanoTime() - start;
    return (double) ARRAYS * Float.BYTES * FLOATS / nanos;
  }

  private void triad(int from) {
    for (int i = from; i < from + PIECE; i++) {
      a[i] = b[i] + 3 * c[i];
    }
  }
}
