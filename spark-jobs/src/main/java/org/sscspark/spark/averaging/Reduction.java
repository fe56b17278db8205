package org.sscspark.spark.averaging;

/** How the workers' vectors become one. The mean has the same bits either way. */
public enum Reduction {
  /** {@link #COLLECT} where the driver holds all vectors easily, {@link #SLICES} elsewhere. */
  AUTO,
  /** Every vector goes to the driver, which averages them. */
  COLLECT,
  /**
   * Every worker cuts its vector into slices, Spark's shuffle brings equal slices together, tasks
   * average them, and the driver receives one vector.
   */
  SLICES;

  /** What the driver may receive in one round before {@link #AUTO} slices. */
  static final long COLLECT_LIMIT_BYTES = 64L << 20;

  /** The way to reduce this many vectors of this many bytes: never {@link #AUTO}. */
  public Reduction resolve(long vectorBytes, int workers) {
    if (this != AUTO) {
      return this;
    }
    return workers == 1 || vectorBytes * workers <= COLLECT_LIMIT_BYTES ? COLLECT : SLICES;
  }
}
