package org.sscspark.engine.lane;

/**
 * The loops over lanes. A position is the index of lane 0; "plane" is a table of positions relative
 * to a base. Loops over a {@link LaneSlice} take buffers of floats and halved ones alike: what they
 * read becomes floats, and is rounded only where it is stored. Implementations do the same
 * operations on each lane in the same order, fused multiply-adds included, so they agree in every
 * bit.
 */
interface Arithmetic {
  /** Examples in one vector. */
  int lanes();

  /** The instruction set, in words. */
  String detail();

  /** How many filters a block of a correlation may have, in descending order, ending in 1. */
  int[] filterBlocks();

  /** How many taps a weight-gradient block of this many filters may have; as above. */
  int[] tapBlocks(int filters);

  /** Runs the positions [first, last) of a correlation. */
  void correlate(LaneCorrelation plan, int first, int last, boolean accumulate);

  /**
   * Adds the positions [first, last) to the lane sums of the blocks [firstBlock, lastBlock), which
   * start at zero at position 0 and have one table of positions.
   *
   * @param at where in {@code sums} the sums of {@code firstBlock} start
   */
  void weightSums(
      LaneSumGradient plan,
      float[] sums,
      int at,
      int firstBlock,
      int lastBlock,
      int first,
      int last);

  /** How many taps {@link #outerProducts} may have; as above. */
  int[] outerTapBlocks();

  /** Copies the vectors at (position, tap) to {@code packed}, from {@code at} on. */
  void packTaps(
      OuterProductGradient.Block block, float[] in, int positions, float[] packed, int at);

  /**
   * Sums taps times columns over positions and their examples: of each tap {@link
   * OuterProductGradient#VECTORS} vectors of filters, from {@link LaneLayout#FIRST} on.
   *
   * @param sums receives them, and has the packed taps, [position][tap][example], from {@code
   *     packedAt} on
   * @param columns [place][example][filter], from {@code columnsAt} on
   */
  void outerProducts(
      OuterProductGradient.Block block,
      float[] sums,
      int packedAt,
      float[] columns,
      int columnsAt,
      int positions);

  /**
   * Replaces vectors that follow each other by the sums of their lanes, in the order of {@link
   * LaneSums}: the sum of vector i is at {@code vectors[at + i]} then.
   */
  void sumLanes(float[] vectors, int at, int count);

  /**
   * Adds x - k and (x - k)^2 at a slice's positions to sums that start at zero at position 0, where
   * k, each lane's first value, is taken. As in all sums over a plane, even and odd positions are
   * summed apart and added in the end: a sum of its own for each hides half the latency of an
   * addition.
   *
   * @param sums has, from {@code at} on, a vector each of k, the even and odd positions' sums, and
   *     their sums of squares
   */
  void moments(LaneBuffer x, LaneSlice slice, float[] sums, int at);

  /** Sums x over a plane into the vector at {@code sums[at]}. */
  void sum(float[] x, int base, int[] plane, float[] sums, int at);

  /** Normalises a slice, as {@link LaneNorm#scale} says. */
  void normalize(LaneNorm norm, LaneSlice slice, LaneBuffer out);

  /**
   * Masks the output's gradient g in place by out > 0 and adds g and g * (x - mean) to sums that
   * start at zero at position 0.
   *
   * @param sums has, from {@code at} on, a vector each of the even and odd positions' sums of g,
   *     and of the products
   */
  void maskAndSum(LaneNorm norm, LaneSlice slice, float[] sums, int at);

  /** The same sums of g where (x - mean) * scale + shift > {@link LaneNorm#openAbove}. */
  void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at);

  /**
   * dx = (g' * scale + (x - mean) * slope + offset) * laneWeights, g' being g where (x - mean) *
   * scale + shift > {@link LaneNorm#openAbove}, else 0; added to dx as {@link LaneNorm#addsToInput}
   * says. The buffer of dx may be that of g.
   */
  void normGradient(LaneNorm norm, LaneSlice slice, float[] laneWeights, LaneBuffer dx);

  /** Adds x to a sum. */
  void addTo(LaneBuffer x, LaneBuffer sum, LaneSlice slice);

  /**
   * Copies x: floats become halves or halves floats where the buffers say so.
   *
   * @param from what is copied
   * @param to the same positions of a channel in {@code out}
   */
  void copy(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to);

  /**
   * Copies floats into halves, and adds the floats to sums as {@link #moments} does.
   *
   * @param x floats
   * @param out halves of the same shape
   */
  void halveWithMoments(LaneBuffer x, LaneBuffer out, LaneSlice slice, float[] sums, int at);

  /**
   * Copies floats into the halves of the output's gradient, and adds these to sums as {@link
   * #maskAndSum} or {@link #sumWhereAbove} does, whichever is the norm's.
   *
   * @param computed the output's gradient in floats
   */
  void halveWithSums(LaneNorm norm, LaneBuffer computed, LaneSlice slice, float[] sums, int at);

  /** out = max(x, 0). */
  void relu(float[] x, float[] out, int base, int[] plane);

  /** dx (+)= g where out > 0. */
  void reluGradient(float[] g, float[] out, float[] dx, int base, int[] plane, boolean accumulate);

  /** out = x + y. */
  void add(float[] x, float[] y, float[] out, int base, int[] plane);

  /** dx (+)= g. */
  void pass(float[] g, float[] dx, int base, int[] plane, boolean accumulate);

  /** dx (+)= g[at] * factor over a plane, lane by lane. */
  void spread(
      float[] g, int at, float factor, float[] dx, int base, int[] plane, boolean accumulate);

  /** out = the largest of each window of x, from one plane to another. */
  void maxPool(LanePool pool, int from, int to);

  /**
   * dx (+)= g at the first position of each window where x is what the window put out; else 0.
   *
   * @param from the plane of x and dx
   * @param to the plane of out and g
   */
  void maxPoolGradient(LanePool pool, int from, int to, boolean accumulate);
}
