package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one core moves to and from memory at most: the triad of the STREAM benchmark (McCalpin,
 * 1995), a[i] = b[i] + s * c[i], over arrays that no cache holds. As there, a value that is written
 * counts once.
 */
final class MemoryBandwidth {
  /** Floats of an array: 64 MiB. */
  private static final int FLOATS = 1 << 24;

  private static final int ARRAYS = 3;

  private MemoryBandwidth() {}

  /** The median of GB/s (10^9 bytes), measured for about so long. */
  static double gigabytesPerSecond(double seconds) {
    return gigabytesPerSecond(FLOATS, seconds);
  }

  /** The same with arrays of another length. */
  static double gigabytesPerSecond(int floats, double seconds) {
    float[] a = new float[floats];
    float[] b = new float[floats];
    float[] c = new float[floats];
    Arrays.fill(b, 1);
    Arrays.fill(c, 2);
    List<Double> nanos = new ArrayList<>();
    RoundBenchmark.measure(
        counts -> {
          long start = System.nanoTime();
          triad(a, b, c);
          if (counts) {
            nanos.add((double) (System.nanoTime() - start));
          }
        },
        seconds);
    double median = nanos.stream().sorted().toList().get(nanos.size() / 2);
    return (double) ARRAYS * Float.BYTES * floats / median;
  }

  private static void triad(float[] a, float[] b, float[] c) {
    for (int i = 0; i < a.length; i++) {
      a[i] = b[i] + 3 * c[i];
    }
  }
}
