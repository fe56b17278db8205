package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops over lanes with the JDK's Vector API. */
final class VectorArithmetic implements Arithmetic {
  private static final int MOST_LANES = 16;
  private static final int LEAST_LANES = 4;

  /** Lanes of the processor's vectors, as far as this engine uses them. */
  static final int WIDEST = Math.min(MOST_LANES, FloatVector.SPECIES_PREFERRED.length());

  static final VectorSpecies<Float> SPECIES =
      species(LaneWidth.of(VectorArithmetic.class).orElse(WIDEST));

  private static final VectorSpecies<Integer> BITS = SPECIES.withLanes(int.class);
  private static final int LANES = SPECIES.length();

  // With AVX-512 there are 32 vector registers, before 16. 4 x 2 sums, two positions and weights
  // in flight fill 16; 4 x 3 spilled and ran at two thirds of the speed.
  private static final int[] FILTER_BLOCKS =
      LANES == 16 ? new int[] {8, 4, 2, 1} : new int[] {4, 2, 1};

  // Not numbers where they are used: each would cost the compiler a good part of the instructions
  // that it inlines into one method at most.
  private static final IntVector KEPT = IntVector.broadcast(BITS, Bfloat16.KEPT);
  private static final IntVector ONE = IntVector.broadcast(BITS, 1);
  private static final IntVector BELOW_HALF = IntVector.broadcast(BITS, Bfloat16.BELOW_HALF);
  private static final FloatVector NAN = FloatVector.broadcast(SPECIES, Float.NaN);

  /** For the last position of a plane of an odd number, which has no other beside it. */
  private static final Arithmetic LAST = new PlainArithmetic(LANES);

  private static VectorSpecies<Float> species(int lanes) {
    return switch (lanes) {
      case MOST_LANES -> FloatVector.SPECIES_512;
      case 8 -> FloatVector.SPECIES_256;
      case LEAST_LANES -> FloatVector.SPECIES_128;
      default -> FloatVector.SPECIES_PREFERRED;
    };
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public String detail() {
    return "Vector API, " + SPECIES.vectorBitSize() + " bits";
  }

  @Override
  public int[] filterBlocks() {
    return FILTER_BLOCKS.clone();
  }

  @Override
  public int[] tapBlocks(int filters) {
    return switch (filters) {
      case 4 -> LANES == 16 ? new int[] {6, 3, 2, 1} : new int[] {3, 2, 1};
      case 2 -> LANES == 16 ? new int[] {9, 5, 2, 1} : new int[] {5, 2, 1};
      default -> LANES == 16 ? new int[] {16, 8, 4, 2, 1} : new int[] {8, 4, 2, 1};
    };
  }

  @Override
  public void correlate(LaneCorrelation plan, int first, int last, boolean accumulate) {
    int end;
    for (int tile = first; tile < last; tile = end) {
      int stretch = plan.stretch(tile);
      int stretchEnd = tile - tile % plan.positionsPerBlock + plan.stretchEnds[stretch];
      end = Math.min(Math.min(tile + plan.tile, stretchEnd), last);
      if (plan.ahead > 0) {
        readAhead(plan, tile + plan.ahead, end + plan.ahead);
      }
      for (int run = 0; run < plan.adds.length; run++) {
        int step = plan.positionsOfRun[run];
        for (int i = tile; i < end; i += step) {
          run(plan, run, stretch, i, Math.min(i + step, end), accumulate);
        }
      }
    }
  }

  private static void readAhead(LaneCorrelation plan, int first, int last) {
    float[] in = plan.in.floats;
    int[] from = plan.from;
    int end = Math.min(last, from.length);
    float sum = 0;
    for (int c = 0; c < plan.inputChannels; c++) {
      int offset = c * plan.inputChannelStride;
      for (int i = first; i < end; i++) {
        sum += in[from[i] + offset];
      }
    }
    plan.touched = sum;
  }

  private static void run(
      LaneCorrelation plan, int run, int stretch, int i, int last, boolean accumulate) {
    boolean adds = accumulate || plan.adds[run];
    for (int block = plan.firstBlock[run]; block < plan.firstBlock[run + 1]; block++) {
      int taps = block * plan.stretchEnds.length + stretch;
      if (adds && plan.firstTap[taps] == plan.endTap[taps]) {
        continue;
      }
      switch (plan.filters[block]) {
        case 8 -> VectorBlocks.dot8(plan, block, taps, i, last, adds);
        case 4 -> VectorBlocks.dot4(plan, block, taps, i, last, adds);
        case 2 -> VectorBlocks.dot2(plan, block, taps, i, last, adds);
        default -> VectorBlocks.dot1(plan, block, taps, i, last, adds);
      }
    }
  }

  @Override
  public void weightSums(
      LaneSumGradient plan,
      float[] sums,
      int at,
      int firstBlock,
      int lastBlock,
      int first,
      int last) {
    for (int block = firstBlock; block < lastBlock; block++) {
      int to = at + (plan.firstSum[block] - plan.firstSum[firstBlock]) * LANES;
      VectorWeightBlocks.sum(plan, block, sums, to, first, last);
    }
  }

  @Override
  public int[] outerTapBlocks() {
    return LANES == 16 ? new int[] {12, 6, 3, 2, 1} : new int[] {6, 3, 2, 1};
  }

  @Override
  public void packTaps(
      OuterProductGradient.Block block, float[] in, int positions, float[] packed, int at) {
    int[] from = block.from();
    int taps = block.taps();
    for (int t = 0; t < taps; t++) {
      int offset = block.tapOffsets()[t];
      for (int i = 0; i < positions; i++) {
        load(in, from[i] + offset).intoArray(packed, at + (i * taps + t) * LANES);
      }
    }
  }

  @Override
  public void outerProducts(
      OuterProductGradient.Block block,
      float[] sums,
      int packedAt,
      float[] columns,
      int columnsAt,
      int positions) {
    VectorOuterProducts.sum(block, sums, packedAt, columns, columnsAt, positions);
  }

  @Override
  public void sumLanes(float[] vectors, int at, int count) {
    VectorWeightBlocks.sumLanes(vectors, at, count);
  }

  @Override
  public void moments(LaneBuffer x, LaneSlice slice, float[] sums, int at) {
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

  @Override
  public void sum(float[] x, int base, int[] plane, float[] sums, int at) {
    FloatVector even = FloatVector.zero(SPECIES);
    FloatVector odd = even;
    int i = 0;
    for (; i + 1 < plane.length; i += 2) {
      even = even.add(load(x, base + plane[i]));
      odd = odd.add(load(x, base + plane[i + 1]));
    }
    if (i < plane.length) {
      even = even.add(load(x, base + plane[i]));
    }
    even.add(odd).intoArray(sums, at);
  }

  @Override
  public void normalize(LaneNorm norm, LaneSlice slice, LaneBuffer out) {
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

  @Override
  public void maskAndSum(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
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

  @Override
  public void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
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

  @Override
  public void normGradient(LaneNorm norm, LaneSlice slice, float[] laneWeights, LaneBuffer dx) {
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

  @Override
  public void addTo(LaneBuffer x, LaneBuffer sum, LaneSlice slice) {
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

  @Override
  public void copy(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to) {
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

  @Override
  public void relu(float[] x, float[] out, int base, int[] plane) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < plane.length; i++) {
      int at = base + plane[i];
      load(x, at).max(zero).intoArray(out, at);
    }
  }

  @Override
  public void reluGradient(
      float[] g, float[] out, float[] dx, int base, int[] plane, boolean accumulate) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < plane.length; i++) {
      int at = base + plane[i];
      VectorMask<Float> alive = load(out, at).compare(VectorOperators.GT, zero);
      FloatVector d = zero.blend(load(g, at), alive);
      (accumulate ? load(dx, at).add(d) : d).intoArray(dx, at);
    }
  }

  @Override
  public void add(float[] x, float[] y, float[] out, int base, int[] plane) {
    for (int i = 0; i < plane.length; i++) {
      int at = base + plane[i];
      load(x, at).add(load(y, at)).intoArray(out, at);
    }
  }

  @Override
  public void pass(float[] g, float[] dx, int base, int[] plane, boolean accumulate) {
    if (accumulate) {
      add(dx, g, dx, base, plane);
    } else {
      for (int i = 0; i < plane.length; i++) {
        int at = base + plane[i];
        load(g, at).intoArray(dx, at);
      }
    }
  }

  @Override
  public void spread(
      float[] g, int at, float factor, float[] dx, int base, int[] plane, boolean accumulate) {
    FloatVector d = load(g, at).mul(factor);
    for (int i = 0; i < plane.length; i++) {
      int to = base + plane[i];
      (accumulate ? load(dx, to).add(d) : d).intoArray(dx, to);
    }
  }

  @Override
  public void maxPool(LanePool pool, int from, int to) {
    float[] x = pool.in().data().floats;
    float[] out = pool.out().data().floats;
    int[] outPlane = pool.out().plane();
    int[] first = pool.windows().first();
    int[] positions = pool.windows().positions();
    for (int i = 0; i < outPlane.length; i++) {
      FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      for (int w = first[i]; w < first[i + 1]; w++) {
        largest = largest.max(load(x, from + positions[w]));
      }
      largest.intoArray(out, to + outPlane[i]);
    }
  }

  @Override
  public void maxPoolGradient(LanePool pool, int from, int to, boolean accumulate) {
    float[] x = pool.in().data().floats;
    float[] dx = pool.in().gradient().floats;
    float[] out = pool.out().data().floats;
    float[] g = pool.out().gradient().floats;
    int[] outPlane = pool.out().plane();
    int[] first = pool.windows().first();
    int[] positions = pool.windows().positions();
    FloatVector zero = FloatVector.broadcast(SPECIES, 0f);
    for (int i = 0; i < outPlane.length; i++) {
      FloatVector largest = load(out, to + outPlane[i]);
      FloatVector left = load(g, to + outPlane[i]);
      for (int w = first[i]; w < first[i + 1]; w++) {
        int at = from + positions[w];
        VectorMask<Float> taken = load(x, at).compare(VectorOperators.EQ, largest);
        FloatVector d = zero.blend(left, taken);
        (accumulate ? load(dx, at).add(d) : d).intoArray(dx, at);
        left = left.blend(zero, taken);
      }
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }
}
