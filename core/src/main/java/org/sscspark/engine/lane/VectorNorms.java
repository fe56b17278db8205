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

  // Vectors and not numbers, so that there is less to inline where they are used.
  private static final IntVector KEPT = IntVector.broadcast(BITS, Bfloat16.KEPT);
  private static final IntVector ONE = IntVector.broadcast(BITS, 1);
  private static final IntVector BELOW_HALF = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
  private static final FloatVector NAN = FloatVector.broadcast(SPECIES, Float.NaN);

  /** For the last position of a plane of an odd number, which has no other beside it. */
  private static final Arithmetic LAST = new PlainArithmetic(LANES);

  private VectorNorms() {}

  /** As {@link Arithmetic#moments}. */
  static void moments(LaneBuffer x, LaneSlice slice, float[] sums, int at) {
    int from = x.start(slice);
    int end = slice.last / 2 * 2;
    if (slice.first == 0) {
      first(x, from, 0).intoArray(sums, at);
      clear(sums, at + LANES, 4);
    }
    FloatVector k = load(sums, at);
    FloatVector even = load(sums, at + LANES);
    FloatVector odd = load(sums, at + 2 * LANES);
    FloatVector evenSquares = load(sums, at + 3 * LANES);
    FloatVector oddSquares = load(sums, at + 4 * LANES);
    for (int i = slice.first; i < end; i += 2) {
      FloatVector d = first(x, from, i).sub(k);
      FloatVector e = second(x, from, i).sub(k);
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
      int start = slice.toLast();
      LAST.moments(x, slice, sums, at);
      slice.first = start;
    }
  }

  /** Sets vectors that follow each other to zero. */
  private static void clear(float[] sums, int at, int vectors) {
    FloatVector zero = FloatVector.broadcast(SPECIES, 0f);
    for (int i = 0; i < vectors; i++) {
      zero.intoArray(sums, at + i * LANES);
    }
  }

  /** As {@link Arithmetic#normalize}. */
  static void normalize(LaneNorm norm, LaneSlice slice, LaneBuffer out) {
    LaneBuffer x = norm.in.data();
    int from = x.start(slice);
    int to = out.start(slice);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    float least = norm.rectified ? 0 : Float.NEGATIVE_INFINITY;
    FloatVector floor = FloatVector.broadcast(SPECIES, least);
    boolean skips = norm.skip != null;
    LaneBuffer skip = skips ? norm.skip.data() : x;
    int skipFrom = skip.start(slice);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      FloatVector y = first(x, from, i).sub(m).fma(a, b);
      FloatVector z = second(x, from, i).sub(m).fma(a, b);
      if (skips) {
        y = y.add(first(skip, skipFrom, i));
        z = z.add(second(skip, skipFrom, i));
      }
      store(y.max(floor), z.max(floor), out, to, i);
    }
    if (end < slice.last) {
      int start = slice.toLast();
      LAST.normalize(norm, slice, out);
      slice.first = start;
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
      FloatVector d =
          zero.blend(first(g, gradient, i), first(out, to, i).compare(VectorOperators.GT, zero));
      FloatVector e =
          zero.blend(second(g, gradient, i), second(out, to, i).compare(VectorOperators.GT, zero));
      putBack(d, e, g, gradient, i);
      FloatVector y = first(x, from, i);
      FloatVector z = second(x, from, i);
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
      int start = slice.toLast();
      LAST.maskAndSum(norm, slice, sums, at);
      slice.first = start;
    }
  }

  /** As {@link Arithmetic#sumWhereAbove}. */
  static void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    if (slice.first == 0) {
      clear(sums, at, 4);
    }
    LaneBuffer g = norm.out.gradient();
    LaneBuffer x = norm.in.data();
    int gradient = g.start(slice);
    int from = x.start(slice);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    FloatVector least = FloatVector.broadcast(SPECIES, norm.floor);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector even = load(sums, at);
    FloatVector odd = load(sums, at + LANES);
    FloatVector evenProducts = load(sums, at + 2 * LANES);
    FloatVector oddProducts = load(sums, at + 3 * LANES);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      FloatVector centred = first(x, from, i).sub(m);
      FloatVector nextCentred = second(x, from, i).sub(m);
      FloatVector d =
          zero.blend(first(g, gradient, i), centred.fma(a, b).compare(VectorOperators.GT, least));
      FloatVector e =
          zero.blend(
              second(g, gradient, i), nextCentred.fma(a, b).compare(VectorOperators.GT, least));
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
      int start = slice.toLast();
      LAST.sumWhereAbove(norm, slice, sums, at);
      slice.first = start;
    }
  }

  /** As {@link Arithmetic#normGradient}. */
  static void normGradient(LaneNorm norm, LaneSlice slice, float[] laneWeights, LaneBuffer dx) {
    LaneBuffer g = norm.out.gradient();
    LaneBuffer x = norm.in.data();
    int gradient = g.start(slice);
    int from = x.start(slice);
    int to = dx.start(slice);
    boolean adds = norm.addsToInput;
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    FloatVector s = FloatVector.broadcast(SPECIES, norm.slope[slice.channel]);
    FloatVector c = FloatVector.broadcast(SPECIES, norm.offset[slice.channel]);
    FloatVector least = FloatVector.broadcast(SPECIES, norm.floor);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector weights = load(laneWeights, 0);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      FloatVector centred = first(x, from, i).sub(m);
      FloatVector nextCentred = second(x, from, i).sub(m);
      FloatVector masked =
          zero.blend(first(g, gradient, i), centred.fma(a, b).compare(VectorOperators.GT, least));
      FloatVector nextMasked =
          zero.blend(
              second(g, gradient, i), nextCentred.fma(a, b).compare(VectorOperators.GT, least));
      FloatVector d = masked.fma(a, centred.fma(s, c)).mul(weights);
      FloatVector e = nextMasked.fma(a, nextCentred.fma(s, c)).mul(weights);
      if (adds) {
        d = first(dx, to, i).add(d);
        e = second(dx, to, i).add(e);
      }
      store(d, e, dx, to, i);
    }
    if (end < slice.last) {
      int start = slice.toLast();
      LAST.normGradient(norm, slice, laneWeights, dx);
      slice.first = start;
    }
  }

  /** As {@link Arithmetic#addTo}. */
  static void addTo(LaneBuffer x, LaneBuffer sum, LaneSlice slice) {
    int from = x.start(slice);
    int to = sum.start(slice);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      FloatVector y = first(sum, to, i).add(first(x, from, i));
      FloatVector z = second(sum, to, i).add(second(x, from, i));
      store(y, z, sum, to, i);
    }
    if (end < slice.last) {
      int start = slice.toLast();
      LAST.addTo(x, sum, slice);
      slice.first = start;
    }
  }

  /** As {@link Arithmetic#copy}. */
  static void copy(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to) {
    int source = x.start(from);
    int target = out.start(to);
    int end = from.last / 2 * 2;
    for (int i = from.first; i < end; i += 2) {
      store(first(x, source, i), second(x, source, i), out, target, i);
    }
    if (end < from.last) {
      int start = from.toLast();
      LAST.copy(x, from, out, to);
      from.first = start;
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  // The compiler stops inlining these methods, not those of vectors, where a loop has grown to some
  // 18,000 nodes, and then every vector that they return is an object. So they call none of their
  // own, and the loops call them first.

  /** The features at an even position. */
  private static FloatVector first(LaneBuffer x, int start, int i) {
    return x.pairs == null
        ? FloatVector.fromArray(SPECIES, x.floats, start + x.plane[i])
        : IntVector.fromArray(BITS, x.pairs, start + i / 2 * LANES)
            .lanewise(VectorOperators.LSHL, Bfloat16.BITS)
            .reinterpretAsFloats();
  }

  /** The features at the position after an even one. */
  private static FloatVector second(LaneBuffer x, int start, int i) {
    return x.pairs == null
        ? FloatVector.fromArray(SPECIES, x.floats, start + x.plane[i + 1])
        : IntVector.fromArray(BITS, x.pairs, start + i / 2 * LANES).and(KEPT).reinterpretAsFloats();
  }

  /** Stores the features at an even position and at the one after it. */
  private static void store(FloatVector y, FloatVector z, LaneBuffer out, int start, int i) {
    if (out.pairs == null) {
      y.intoArray(out.floats, start + out.plane[i]);
      z.intoArray(out.floats, start + out.plane[i + 1]);
    } else {
      IntVector low = y.blend(NAN, y.compare(VectorOperators.NE, y)).reinterpretAsInts();
      IntVector high = z.blend(NAN, z.compare(VectorOperators.NE, z)).reinterpretAsInts();
      IntVector lowest = low.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(ONE);
      IntVector highest = high.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(ONE);
      low.add(lowest.add(BELOW_HALF))
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(high.add(highest.add(BELOW_HALF)).and(KEPT))
          .intoArray(out.pairs, start + i / 2 * LANES);
    }
  }

  /** Stores what has been read from there, or zeros: so it has few enough bits. */
  private static void putBack(FloatVector y, FloatVector z, LaneBuffer out, int start, int i) {
    if (out.pairs == null) {
      y.intoArray(out.floats, start + out.plane[i]);
      z.intoArray(out.floats, start + out.plane[i + 1]);
    } else {
      y.reinterpretAsInts()
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(z.reinterpretAsInts().and(KEPT))
          .intoArray(out.pairs, start + i / 2 * LANES);
    }
  }
}
