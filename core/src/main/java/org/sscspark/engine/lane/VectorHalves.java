package org.sscspark.engine.lane;

import static org.sscspark.engine.lane.VectorNorms.PLAIN;
import static org.sscspark.engine.lane.VectorNorms.clear;
import static org.sscspark.engine.lane.VectorNorms.first;
import static org.sscspark.engine.lane.VectorNorms.load;
import static org.sscspark.engine.lane.VectorNorms.second;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops between floats and halved features, two positions at a time: some of them sum what they
 * round, so that it is read once.
 *
 * <p>Numbers are rounded as if none were NaN, and a sum tells in the end whether one was. That of
 * {@code y * 0} stays zero while all y are finite, and is NaN from the first on that is NaN or
 * infinite; that of y - k, where moments are summed, is NaN if a y was. Then plain Java does the
 * slice again. A loop that did both kinds of sums of a gradient would be too large: its last
 * vectors would be objects ({@link VectorNorms}).
 */
final class VectorHalves {
  private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;
  private static final VectorSpecies<Integer> BITS = SPECIES.withLanes(int.class);
  private static final int LANES = SPECIES.length();

  /** Ints of halved features for each position, of which there are twos. */
  private static final int HALF = LANES / 2;

  private static final IntVector KEPT = IntVector.broadcast(BITS, Bfloat16.KEPT);

  private VectorHalves() {}

  /** As {@link Arithmetic#copy}, of floats into halves. */
  static void halve(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to) {
    float[] floats = x.floats;
    int[] plane = x.plane;
    int[] pairs = out.pairs;
    int source = x.start(from);
    int target = out.start(to);
    IntVector kept = IntVector.broadcast(BITS, Bfloat16.KEPT);
    IntVector one = IntVector.broadcast(BITS, 1);
    IntVector belowHalf = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector finite = zero;
    FloatVector nextFinite = zero;
    int end = from.last / 2 * 2;
    for (int i = from.first; i < end; i += 2) {
      FloatVector y = FloatVector.fromArray(SPECIES, floats, source + plane[i]);
      FloatVector z = FloatVector.fromArray(SPECIES, floats, source + plane[i + 1]);
      finite = y.fma(zero, finite);
      nextFinite = z.fma(zero, nextFinite);
      IntVector low = y.reinterpretAsInts();
      IntVector high = z.reinterpretAsInts();
      IntVector lowest = low.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      IntVector highest = high.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      low.add(lowest.add(belowHalf))
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(high.add(highest.add(belowHalf)).and(kept))
          .intoArray(pairs, target + i * HALF);
    }
    FloatVector sum = finite.add(nextFinite);
    if (sum.compare(VectorOperators.NE, sum).anyTrue()) {
      PLAIN.copy(x, from, out, to);
    } else if (end < from.last) {
      int start = from.narrowToLast();
      PLAIN.copy(x, from, out, to);
      from.restore(start);
    }
  }

  /** As {@link Arithmetic#halveWithMoments}. */
  static void halveWithMoments(
      LaneBuffer x, LaneBuffer out, LaneSlice slice, float[] sums, int at) {
    float[] floats = x.floats;
    int[] plane = x.plane;
    int[] pairs = out.pairs;
    int from = x.start(slice);
    int to = out.start(slice);
    if (slice.first == 0) {
      load(floats, from + plane[0]).intoArray(sums, at);
      clear(sums, at + LANES, 4);
    }
    IntVector kept = IntVector.broadcast(BITS, Bfloat16.KEPT);
    IntVector one = IntVector.broadcast(BITS, 1);
    IntVector belowHalf = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
    FloatVector k = load(sums, at);
    FloatVector even = load(sums, at + LANES);
    FloatVector odd = load(sums, at + 2 * LANES);
    FloatVector evenSquares = load(sums, at + 3 * LANES);
    FloatVector oddSquares = load(sums, at + 4 * LANES);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      FloatVector y = FloatVector.fromArray(SPECIES, floats, from + plane[i]);
      FloatVector z = FloatVector.fromArray(SPECIES, floats, from + plane[i + 1]);
      FloatVector d = y.sub(k);
      FloatVector e = z.sub(k);
      even = even.add(d);
      odd = odd.add(e);
      evenSquares = d.fma(d, evenSquares);
      oddSquares = e.fma(e, oddSquares);
      IntVector low = y.reinterpretAsInts();
      IntVector high = z.reinterpretAsInts();
      IntVector lowest = low.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      IntVector highest = high.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      low.add(lowest.add(belowHalf))
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(high.add(highest.add(belowHalf)).and(kept))
          .intoArray(pairs, to + i * HALF);
    }
    even.intoArray(sums, at + LANES);
    odd.intoArray(sums, at + 2 * LANES);
    evenSquares.intoArray(sums, at + 3 * LANES);
    oddSquares.intoArray(sums, at + 4 * LANES);
    FloatVector sum = even.add(odd);
    if (sum.compare(VectorOperators.NE, sum).anyTrue()) {
      PLAIN.copy(x, slice, out, slice);
    }
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.halveWithMoments(x, out, slice, sums, at);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#halveWithSums}, where the norm's output masks its gradient. */
  static void halveMasked(
      LaneNorm norm, LaneBuffer computed, LaneSlice slice, float[] sums, int at) {
    if (slice.first == 0) {
      clear(sums, at, 4);
    }
    LaneBuffer g = norm.out.gradient();
    LaneBuffer out = norm.out.data();
    LaneBuffer x = norm.in.data();
    float[] gFloats = computed.floats;
    int[] gPairs = g.pairs;
    float[] outFloats = out.floats;
    int[] outPairs = out.pairs;
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    int[] plane = x.plane;
    int gradient = computed.start(slice);
    int halved = g.start(slice);
    int to = out.start(slice);
    int from = x.start(slice);
    IntVector one = IntVector.broadcast(BITS, 1);
    IntVector belowHalf = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector finite = zero;
    FloatVector nextFinite = zero;
    FloatVector even = load(sums, at);
    FloatVector odd = load(sums, at + LANES);
    FloatVector evenProducts = load(sums, at + 2 * LANES);
    FloatVector oddProducts = load(sums, at + 3 * LANES);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector y = FloatVector.fromArray(SPECIES, gFloats, gradient + position);
      FloatVector z = FloatVector.fromArray(SPECIES, gFloats, gradient + next);
      FloatVector centred = first(floats, pairs, from + position, from + pair).sub(m);
      FloatVector nextCentred = second(floats, pairs, from + next, from + pair).sub(m);
      FloatVector open = first(outFloats, outPairs, to + position, to + pair);
      FloatVector nextOpen = second(outFloats, outPairs, to + next, to + pair);
      finite = y.fma(zero, finite);
      nextFinite = z.fma(zero, nextFinite);
      IntVector low = y.reinterpretAsInts();
      IntVector high = z.reinterpretAsInts();
      IntVector lowest = low.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      IntVector highest = high.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      IntVector rounded = low.add(lowest.add(belowHalf)).and(KEPT);
      IntVector nextRounded = high.add(highest.add(belowHalf)).and(KEPT);
      FloatVector d =
          zero.blend(rounded.reinterpretAsFloats(), open.compare(VectorOperators.GT, zero));
      FloatVector e =
          zero.blend(nextRounded.reinterpretAsFloats(), nextOpen.compare(VectorOperators.GT, zero));
      d.reinterpretAsInts()
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(e.reinterpretAsInts())
          .intoArray(gPairs, halved + pair);
      even = even.add(d);
      odd = odd.add(e);
      evenProducts = d.fma(centred, evenProducts);
      oddProducts = e.fma(nextCentred, oddProducts);
    }
    FloatVector sum = finite.add(nextFinite);
    if (sum.compare(VectorOperators.NE, sum).anyTrue()) {
      PLAIN.halveWithSums(norm, computed, slice, sums, at);
      return;
    }
    even.intoArray(sums, at);
    odd.intoArray(sums, at + LANES);
    evenProducts.intoArray(sums, at + 2 * LANES);
    oddProducts.intoArray(sums, at + 3 * LANES);
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.halveWithSums(norm, computed, slice, sums, at);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#halveWithSums}, where the norm's input tells what counts. */
  static void halveWhereAbove(
      LaneNorm norm, LaneBuffer computed, LaneSlice slice, float[] sums, int at) {
    if (slice.first == 0) {
      clear(sums, at, 4);
    }
    LaneBuffer g = norm.out.gradient();
    LaneBuffer x = norm.in.data();
    float[] gFloats = computed.floats;
    int[] gPairs = g.pairs;
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    int[] plane = x.plane;
    int gradient = computed.start(slice);
    int halved = g.start(slice);
    int from = x.start(slice);
    IntVector one = IntVector.broadcast(BITS, 1);
    IntVector belowHalf = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
    FloatVector m = FloatVector.broadcast(SPECIES, norm.mean[slice.channel]);
    FloatVector a = FloatVector.broadcast(SPECIES, norm.scale[slice.channel]);
    FloatVector b = FloatVector.broadcast(SPECIES, norm.shift[slice.channel]);
    FloatVector openAbove = FloatVector.broadcast(SPECIES, norm.openAbove);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector finite = zero;
    FloatVector nextFinite = zero;
    FloatVector even = load(sums, at);
    FloatVector odd = load(sums, at + LANES);
    FloatVector evenProducts = load(sums, at + 2 * LANES);
    FloatVector oddProducts = load(sums, at + 3 * LANES);
    int end = slice.last / 2 * 2;
    for (int i = slice.first; i < end; i += 2) {
      int position = plane[i];
      int next = plane[i + 1];
      int pair = i * HALF;
      FloatVector y = FloatVector.fromArray(SPECIES, gFloats, gradient + position);
      FloatVector z = FloatVector.fromArray(SPECIES, gFloats, gradient + next);
      FloatVector centred = first(floats, pairs, from + position, from + pair).sub(m);
      FloatVector nextCentred = second(floats, pairs, from + next, from + pair).sub(m);
      FloatVector open = centred.fma(a, b);
      FloatVector nextOpen = nextCentred.fma(a, b);
      finite = y.fma(zero, finite);
      nextFinite = z.fma(zero, nextFinite);
      IntVector low = y.reinterpretAsInts();
      IntVector high = z.reinterpretAsInts();
      IntVector lowest = low.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      IntVector highest = high.lanewise(VectorOperators.LSHR, Bfloat16.BITS).and(one);
      IntVector rounded = low.add(lowest.add(belowHalf)).and(KEPT);
      IntVector nextRounded = high.add(highest.add(belowHalf)).and(KEPT);
      FloatVector d =
          zero.blend(rounded.reinterpretAsFloats(), open.compare(VectorOperators.GT, openAbove));
      FloatVector e =
          zero.blend(
              nextRounded.reinterpretAsFloats(), nextOpen.compare(VectorOperators.GT, openAbove));
      rounded
          .lanewise(VectorOperators.LSHR, Bfloat16.BITS)
          .or(nextRounded)
          .intoArray(gPairs, halved + pair);
      even = even.add(d);
      odd = odd.add(e);
      evenProducts = d.fma(centred, evenProducts);
      oddProducts = e.fma(nextCentred, oddProducts);
    }
    FloatVector sum = finite.add(nextFinite);
    if (sum.compare(VectorOperators.NE, sum).anyTrue()) {
      PLAIN.halveWithSums(norm, computed, slice, sums, at);
      return;
    }
    even.intoArray(sums, at);
    odd.intoArray(sums, at + LANES);
    evenProducts.intoArray(sums, at + 2 * LANES);
    oddProducts.intoArray(sums, at + 3 * LANES);
    if (end < slice.last) {
      int start = slice.narrowToLast();
      PLAIN.halveWithSums(norm, computed, slice, sums, at);
      slice.restore(start);
    }
  }

  /** As {@link Arithmetic#copy}, of halves or floats into floats. */
  static void widen(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to) {
    float[] floats = x.floats;
    int[] pairs = x.pairs;
    int[] xPlane = x.plane;
    float[] outFloats = out.floats;
    int[] plane = out.plane;
    int source = x.start(from);
    int target = out.start(to);
    int end = from.last / 2 * 2;
    for (int i = from.first; i < end; i += 2) {
      int pair = source + i * HALF;
      first(floats, pairs, source + xPlane[i], pair).intoArray(outFloats, target + plane[i]);
      second(floats, pairs, source + xPlane[i + 1], pair)
          .intoArray(outFloats, target + plane[i + 1]);
    }
    if (end < from.last) {
      int start = from.narrowToLast();
      PLAIN.copy(x, from, out, to);
      from.restore(start);
    }
  }
}
