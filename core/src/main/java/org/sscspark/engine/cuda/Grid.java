package org.sscspark.engine.cuda;

/**
 * How many threads a kernel runs.
 *
 * @param x blocks, up to 2^31 - 1
 * @param y blocks, up to 65,535
 * @param z blocks, up to 65,535
 * @param columns threads of a block that are neighbours in a warp
 * @param rows of such threads in a block
 */
record Grid(int x, int y, int z, int columns, int rows) {
  /** Of blocks in the second dimension, and in the third. */
  static final int MOST = 65_535;

  private static final int WARP = 32;

  Grid {
    if (y > MOST || z > MOST) {
      throw new IllegalArgumentException(
          "A GPU's grid has up to %s blocks in its second and third dimension, not %s and %s: the"
                  .formatted(MOST, y, z)
              + " images are too large for this engine");
    }
  }

  /** Blocks of whole warps. */
  static Grid ofWarps(int x, int y, int z, int warps) {
    return new Grid(x, y, z, WARP, warps);
  }

  /** As many threads in a row as needed. */
  static Grid ofThreads(int count, int threads) {
    return new Grid(ceilDiv(count, threads), 1, 1, threads, 1);
  }

  /** The quotient, rounded up. */
  static int ceilDiv(int dividend, int divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
