package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
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

  private static final int LANES = SPECIES.length();

  // With AVX-512 there are 32 vector registers, before 16. 4 x 2 sums, two positions and weights
  // in flight fill 16; 4 x 3 spilled and ran at two thirds of the speed.
  private static final int[] FILTER_BLOCKS =
      LANES == 16 ? new int[] {8, 4, 2, 1} : new int[] {4, 2, 1};

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
      int next;
      for (int run = 0; run < plan.endOfSweep.length; run = next) {
        next = plan.endOfSweep[run];
        if (next > run + 1) {
          blocks(plan, stretch, plan.firstBlock[run], plan.firstBlock[next], tile, end, accumulate);
        } else {
          run(plan, run, stretch, tile, end, accumulate);
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

  /** Computes block by block: so many positions that what they read stays in level 1. */
  private static void run(
      LaneCorrelation plan, int run, int stretch, int first, int end, boolean accumulate) {
    int step = plan.positionsOfRun[run];
    for (int i = first; i < end; i += step) {
      int last = Math.min(i + step, end);
      for (int block = plan.firstBlock[run]; block < plan.firstBlock[run + 1]; block++) {
        blocks(plan, stretch, block, block + 1, i, last, accumulate);
      }
    }
  }

  private static void blocks(
      LaneCorrelation plan,
      int stretch,
      int block,
      int lastBlock,
      int i,
      int end,
      boolean accumulate) {
    switch (plan.filters[block]) {
      case 8 -> VectorBlocks.dot8(plan, stretch, block, lastBlock, i, end, accumulate);
      case 4 -> VectorBlocks.dot4(plan, stretch, block, lastBlock, i, end, accumulate);
      case 2 -> VectorBlocks.dot2(plan, stretch, block, lastBlock, i, end, accumulate);
      default -> VectorBlocks.dot1(plan, stretch, block, lastBlock, i, end, accumulate);
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
    if (x.isHalved()) {
      VectorNorms.moments(x, slice, sums, at);
    } else {
      VectorFloatNorms.moments(x, slice, sums, at);
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
    if (norm.isHalved() || out.isHalved()) {
      VectorNorms.normalize(norm, slice, out);
    } else {
      VectorFloatNorms.normalize(norm, slice, out);
    }
  }

  @Override
  public void maskAndSum(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    if (norm.isHalved()) {
      VectorNorms.maskAndSum(norm, slice, sums, at);
    } else {
      VectorFloatNorms.maskAndSum(norm, slice, sums, at);
    }
  }

  @Override
  public void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    if (norm.isHalved()) {
      VectorNorms.sumWhereAbove(norm, slice, sums, at);
    } else {
      VectorFloatNorms.sumWhereAbove(norm, slice, sums, at);
    }
  }

  @Override
  public void normGradient(LaneNorm norm, LaneSlice slice, float[] laneWeights, LaneBuffer dx) {
    if (norm.isHalved() || dx.isHalved()) {
      VectorNorms.normGradient(norm, slice, laneWeights, dx);
    } else {
      VectorFloatNorms.normGradient(norm, slice, laneWeights, dx);
    }
  }

  @Override
  public void addTo(LaneBuffer x, LaneBuffer sum, LaneSlice slice) {
    if (x.isHalved() || sum.isHalved()) {
      VectorNorms.addTo(x, sum, slice);
    } else {
      VectorFloatNorms.addTo(x, sum, slice);
    }
  }

  @Override
  public void copy(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to) {
    if (out.isHalved()) {
      VectorHalves.halve(x, from, out, to);
    } else {
      VectorHalves.widen(x, from, out, to);
    }
  }

  @Override
  public void halveWithMoments(
      LaneBuffer x, LaneBuffer out, LaneSlice slice, float[] sums, int at) {
    VectorHalves.halveWithMoments(x, out, slice, sums, at);
  }

  @Override
  public void halveWithSums(
      LaneNorm norm, LaneBuffer computed, LaneSlice slice, float[] sums, int at) {
    if (norm.masks()) {
      VectorHalves.halveMasked(norm, computed, slice, sums, at);
    } else {
      VectorHalves.halveWhereAbove(norm, computed, slice, sums, at);
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
