package org.sscspark.random;

/**
 * A stream of random numbers named by (seed, purpose, coordinates). Equal names give equal streams
 * on every JVM and machine; the generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), and
 * Gaussians use {@link StrictMath}. Not safe for use by several threads.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;
  private double spareGaussian = Double.NaN;

  private RandomStream(long state) {
    this.state = state;
  }

  /** Returns the stream of this name, at its start. */
  public static RandomStream of(long seed, Purpose purpose, long... coordinates) {
    return new RandomStream(key(seed, purpose, coordinates));
  }

  /**
   * Begins the stream of another name.
   *
   * @param key of the name, see {@link #key}
   */
  public void restart(long key) {
    state = key;
    spareGaussian = Double.NaN;
  }

  /** Returns 64 bits that depend on all of the name: a hash where a whole stream is not needed. */
  public static long key(long seed, Purpose purpose, long... coordinates) {
    long key = mix(seed + GOLDEN_GAMMA) ^ purpose.code();
    for (long coordinate : coordinates) {
      key = mix(key + GOLDEN_GAMMA) ^ mix(coordinate + GOLDEN_GAMMA);
    }
    return mix(key + coordinates.length);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns an unbiased number in [0, bound). */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("Bound must be positive, was " + bound);
    }
    long limit = (1L << 31) / bound * bound;
    long draw;
    do {
      draw = nextLong() >>> 33;
    } while (draw >= limit);
    return (int) (draw % bound);
  }

  /** Returns a number in [0, 1) with 53 random bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Returns a standard normal number (polar method). */
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double gaussian = spareGaussian;
      spareGaussian = Double.NaN;
      return gaussian;
    }
    double x;
    double y;
    double square;
    do {
      x = 2 * nextDouble() - 1;
      y = 2 * nextDouble() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double scale = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
    spareGaussian = y * scale;
    return x * scale;
  }

  /** Returns the numbers 0 .. size-1 in random order (Fisher-Yates). */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
