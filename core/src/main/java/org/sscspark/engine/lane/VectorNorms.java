package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over slices of features, some of which are halved: two positions at a time.
 *
 * <p>What such a loop reads and writes, floats or pairs, it finds out at every vector. The compiler
 * leaves out what it has never seen done, so loops over floats alone lose nothing if they are code
 * of their own: the build copies this class to {@code VectorFloatNorms}, for these.
 */
final class VectorNorms {
  private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;
  private static final VectorSpecies<Integer> BITS = SPECIES.withLanes(int.class);
  private static final int LANES = SPECIES.length();

  /** Ints of halved features for each position, of which there are twos. */
  private static final int HALF = LANES / 2;

  // Vectors and not numbers, so that there is less to inline where they are used.
  private static final IntVector KEPT = IntVector.broadcast(BITS, Bfloat16.KEPT);
  private static final IntVector ONE = IntVector.broadcast(BITS, 1);
  private static final IntVector BELOW_HALF = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
  private static final FloatVector NAN = FloatVector.broadcast(SPECIES, Float.NaN);

  /** Plain Java: for the last of an odd number of positions, which has no other beside it. */
  static final Arithmetic PLAIN = new PlainArithmetic(LANES);

  private VectorNorms() {}

  /** As {@link Arithmetic#moments}. */
  static void moments(LaneBuffer x, LaneSlice slice, float[] sums, int at) {
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    int[] plane = x.plane;
    int from = x.start(slice);
    int end = slice.last / 2 * 2;
    if (slice.first == 0) {
      first(floats, pairs, from + plane[0], from).intoArray(sums, at);
      clear(sums, at + LANES, 4);
    }
    FloatVector k = load(sums, at);
    FloatVector even = load(sums, at + LANES);
    FloatVector odd = load(sums, at + 2 * LANES);
    FloatVector evenSquares = load(sums, at + 3 * LANES);
    FloatVector oddSquares = load(sums, at + 4 * LANES);
    for (int i = slice.first; i < end; i += 2) {
      int pair = from + i * HALF;
      FloatVector d = first(floats, pairs, from + plane[i], pair).sub(k);
      FloatVector e = second(floats, pairs, from + plane[i + 1], pair).sub(k);
      even = even.add(d);
      odd = odd.add(e);
      evenSquares = d.fma(d, evenSquares);
      oddSquares = e.fma(e, oddSquares);
    }
    even.intoArray(sums, at + LANES);
    odd.intoArray(sums, at + 2 * LANES);
    evenSquares.intoArray(sums, at + 3 * LANES);
    oddSquares.intoArray(sums, at + 4 * LANES);
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.moments(x, slice, sums, at);
      slice.restore(start);
    }
  }

  /** Sets vectors that follow each other to zero. */
  static void clear(float[] sums, int at, int vectors) {
    FloatVector zero = FloatVector.broadcast(SPECIES, 0f);
    for (int i = 0; i < vectors; i++) {
      zero.intoArray(sums, at + i * LANES);
    }
  }

  /** As {@link Arithmetic#normalize}. */
  static void normalize(LaneNorm norm, LaneSlice slice, LaneBuffer out) {
    LaneBuffer x = norm.in.data();
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    float[] outFloats = out.floats;
    int[] outPairs = out.pairs;
    int[] plane = x.plane;
    int from = x.start(slice);
    int to = out.start(slice);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    float floor = norm.rectified ? 0 : Float.NEGATIVE_INFINITY;
    FloatVector outputFloor = FloatVector.broadcast(SPECIES, floor);
    boolean skips = norm.skip != null;
    LaneBuffer skip = skips ? norm.skip.data() : x;
    float[] skipFloats = skip.floats;
    int[] skipPairs = skip.pairs;
    int skipFrom = skip.start(slice);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector y = first(floats, pairs, from + position, from + pair).sub(m).fma(a, b);
      FloatVector z = second(floats, pairs, from + next, from + pair).sub(m).fma(a, b);
      if (skips) {
        y = y.add(first(skipFloats, skipPairs, skipFrom + position, skipFrom + pair));
        z = z.add(second(skipFloats, skipPairs, skipFrom + next, skipFrom + pair));
      }
      // As max(outputFloor), which would take more instructions.
      y = y.blend(outputFloor, y.compare(VectorOperators.LE, outputFloor));
      z = z.blend(outputFloor, z.compare(VectorOperators.LE, outputFloor));
      store(y, z, outFloats, outPairs, to + position, to + next, to + pair);
    }
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.normalize(norm, slice, out);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#maskAndSum}. */
  static void maskAndSum(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    if (slice.first == 0) {
      clear(sums, at, 4);
    }
    LaneBuffer g = norm.out.gradient();
    LaneBuffer out = norm.out.data();
    LaneBuffer x = norm.in.data();
    float[] gFloats = g.floats;
    int[] gPairs = g.pairs;
    float[] outFloats = out.floats;
    int[] outPairs = out.pairs;
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    int[] plane = x.plane;
    int gradient = g.start(slice);
    int to = out.start(slice);
    int from = x.start(slice);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector even = load(sums, at);
    FloatVector odd = load(sums, at + LANES);
    FloatVector evenProducts = load(sums, at + 2 * LANES);
    FloatVector oddProducts = load(sums, at + 3 * LANES);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector open = first(outFloats, outPairs, to + position, to + pair);
      FloatVector nextOpen = second(outFloats, outPairs, to + next, to + pair);
      FloatVector d =
          zero.blend(
              first(gFloats, gPairs, gradient + position, gradient + pair),
              open.compare(VectorOperators.GT, zero));
      FloatVector e =
          zero.blend(
              second(gFloats, gPairs, gradient + next, gradient + pair),
              nextOpen.compare(VectorOperators.GT, zero));
      putBack(d, e, gFloats, gPairs, gradient + position, gradient + next, gradient + pair);
      FloatVector y = first(floats, pairs, from + position, from + pair);
      FloatVector z = second(floats, pairs, from + next, from + pair);
      even = even.add(d);
      odd = odd.add(e);
      evenProducts = d.fma(y.sub(m), evenProducts);
      oddProducts = e.fma(z.sub(m), oddProducts);
    }
    even.intoArray(sums, at);
    odd.intoArray(sums, at + LANES);
    evenProducts.intoArray(sums, at + 2 * LANES);
    oddProducts.intoArray(sums, at + 3 * LANES);
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.maskAndSum(norm, slice, sums, at);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#sumWhereAbove}. */
  static void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    if (slice.first == 0) {
      clear(sums, at, 4);
    }
    LaneBuffer g = norm.out.gradient();
    LaneBuffer x = norm.in.data();
    float[] gFloats = g.floats;
    int[] gPairs = g.pairs;
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    int[] plane = x.plane;
    int gradient = g.start(slice);
    int from = x.start(slice);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    FloatVector openAbove = FloatVector.broadcast(SPECIES, norm.openAbove);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector even = load(sums, at);
    FloatVector odd = load(sums, at + LANES);
    FloatVector evenProducts = load(sums, at + 2 * LANES);
    FloatVector oddProducts = load(sums, at + 3 * LANES);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector centred = first(floats, pairs, from + position, from + pair).sub(m);
      FloatVector nextCentred = second(floats, pairs, from + next, from + pair).sub(m);
      FloatVector d =
          zero.blend(
              first(gFloats, gPairs, gradient + position, gradient + pair),
              centred.fma(a, b).compare(VectorOperators.GT, openAbove));
      FloatVector e =
          zero.blend(
              second(gFloats, gPairs, gradient + next, gradient + pair),
              nextCentred.fma(a, b).compare(VectorOperators.GT, openAbove));
      even = even.add(d);
      odd = odd.add(e);
      evenProducts = d.fma(centred, evenProducts);
      oddProducts = e.fma(nextCentred, oddProducts);
    }
    even.intoArray(sums, at);
    odd.intoArray(sums, at + LANES);
    evenProducts.intoArray(sums, at + 2 * LANES);
    oddProducts.intoArray(sums, at + 3 * LANES);
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.sumWhereAbove(norm, slice, sums, at);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#normGradient}. */
  static void normGradient(LaneNorm norm, LaneSlice slice, float[] laneWeights, LaneBuffer dx) {
    LaneBuffer g = norm.out.gradient();
    LaneBuffer x = norm.in.data();
    float[] gFloats = g.floats;
    int[] gPairs = g.pairs;
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    float[] dxFloats = dx.floats;
    int[] dxPairs = dx.pairs;
    int[] plane = x.plane;
    int gradient = g.start(slice);
    int from = x.start(slice);
    int to = dx.start(slice);
    boolean adds = norm.addsToInput;
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    FloatVector s = FloatVector.broadcast(SPECIES, norm.slope[slice.channel]);
    FloatVector c = FloatVector.broadcast(SPECIES, norm.offset[slice.channel]);
    FloatVector openAbove = FloatVector.broadcast(SPECIES, norm.openAbove);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector weights = load(laneWeights, 0);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector centred = first(floats, pairs, from + position, from + pair).sub(m);
      FloatVector nextCentred = second(floats, pairs, from + next, from + pair).sub(m);
      FloatVector masked =
          zero.blend(
              first(gFloats, gPairs, gradient + position, gradient + pair),
              centred.fma(a, b).compare(VectorOperators.GT, openAbove));
      FloatVector nextMasked =
          zero.blend(
              second(gFloats, gPairs, gradient + next, gradient + pair),
              nextCentred.fma(a, b).compare(VectorOperators.GT, openAbove));
      FloatVector d = masked.fma(a, centred.fma(s, c)).mul(weights);
      FloatVector e = nextMasked.fma(a, nextCentred.fma(s, c)).mul(weights);
      if (adds) {
        d = first(dxFloats, dxPairs, to + position, to + pair).add(d);
        e = second(dxFloats, dxPairs, to + next, to + pair).add(e);
      }
      store(d, e, dxFloats, dxPairs, to + position, to + next, to + pair);
    }
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.normGradient(norm, slice, laneWeights, dx);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#addTo}. */
  static void addTo(LaneBuffer x, LaneBuffer sum, LaneSlice slice) {
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    float[] sumFloats = sum.floats;
    int[] sumPairs = sum.pairs;
    int[] plane = x.plane;
    int from = x.start(slice);
    int to = sum.start(slice);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector y =
          first(sumFloats, sumPairs, to + position, to + pair)
              .add(first(floats, pairs, from + position, from + pair));
      FloatVector z =
          second(sumFloats, sumPairs, to + next, to + pair)
              .add(second(floats, pairs, from + next, from + pair));
      store(y, z, sumFloats, sumPairs, to + position, to + next, to + pair);
    }
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.addTo(x, sum, slice);
      slice.restore(start);
    }
  }

  static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  // The compiler stops inlining these methods, not those of vectors, where a loop has grown to some
  // 18,000 nodes, and then every vector that they return is an object. So they call none of their
  // own, and the loops call them first.

  /** The features at an even position, of floats or of a pair. */
  static FloatVector first(float[] floats, int[] pairs, int at, int pair) {
    return pairs == null
        ? FloatVector.fromArray(SPECIES, floats, at)
        : IntVector.fromArray(BITS, pairs, pair)
            .lanewise(VectorOperators.LSHL, Bfloat16.BITS)
            .reinterpretAsFloats();
  }

  /** The features at the position after an even one. */
  static FloatVector second(float[] floats, int[] pairs, int at, int pair) {
    return pairs == null
        ? FloatVector.fromArray(SPECIES, floats, at)
        : IntVector.fromArray(BITS, pairs, pair).and(KEPT).reinterpretAsFloats();
  }

  /** Stores the features at an even position and at the one after it. */
  private static void store(
      FloatVector y, FloatVector z, float[] floats, int[] pairs, int at, int next, int pair) {
    if (pairs == null) {
      y.intoArray(floats, at);
      z.intoArray(floats, next);
    } else {
      IntVector low = y.blend(NAN, y.compare(VectorOperators.NE, y)).reinterpretAsInts();
      IntVector high = z.blend(NAN, z.compare(VectorOperators.NE, z)).reinterpretAsInts();
      IntVector lowest = low.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(ONE);
      IntVector highest = high.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(ONE);
      low.add(lowest.add(BELOW_HALF))
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(high.add(highest.add(BELOW_HALF)).and(KEPT))
          .intoArray(pairs, pair);
    }
  }

  /** Stores what has been read from there, or zeros: so it has few enough bits. */
  private static void putBack(
      FloatVector y, FloatVector z, float[] floats, int[] pairs, int at, int next, int pair) {
    if (pairs == null) {
      y.intoArray(floats, at);
      z.intoArray(floats, next);
    } else {
      y.reinterpretAsInts()
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(z.reinterpretAsInts().and(KEPT))
          .intoArray(pairs, pair);
    }
  }
}
