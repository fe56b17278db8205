package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.engine.EngineDescription;

/**
 * The loops over lanes without the Vector API. It gives the bits of {@link VectorArithmetic} of as
 * many lanes, several times slower.
 */
class PlainArithmetic implements Arithmetic {
  private final int lanes;

  PlainArithmetic(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public String detail() {
    return EngineDescription.PLAIN_JAVA;
  }

  @Override
  public int[] filterBlocks() {
    return new int[] {4, 2, 1};
  }

  @Override
  public int[] tapBlocks(int filters) {
    return new int[] {1};
  }

  @Override
  public void correlate(LaneCorrelation plan, int first, int last, boolean accumulate) {
    for (int block = 0; block < plan.filters.length; block++) {
      block(plan, block, first, last, accumulate);
    }
  }

  private void block(LaneCorrelation plan, int block, int first, int last, boolean accumulate) {
    float[] in = plan.in.floats;
    float[] out = plan.out.floats;
    float[] sums = new float[lanes];
    int width = plan.filters[block];
    for (int i = first; i < last; i++) {
      int at = plan.at(plan.stretch(i), block);
      int start = plan.blocks[at + LaneCorrelation.START];
      for (int f = 0; f < width; f++) {
        int channel = plan.channelOffsets[plan.blocks[at + LaneCorrelation.CHANNEL] + f];
        int to = plan.to[i] + channel;
        if (accumulate || start < 0) {
          System.arraycopy(out, to, sums, 0, lanes);
        } else {
          Arrays.fill(sums, plan.weights[start + f]);
        }
        int weight = plan.blocks[at + LaneCorrelation.WEIGHTS] + f;
        int end = plan.blocks[at + LaneCorrelation.END_TAP];
        for (int tap = plan.blocks[at + LaneCorrelation.FIRST_TAP]; tap < end; tap++) {
          int from = plan.from[i] + plan.offsets[tap];
          float w = plan.weights[weight + tap * width];
          for (int lane = 0; lane < lanes; lane++) {
            sums[lane] = Math.fma(in[from + lane], w, sums[lane]);
          }
        }
        System.arraycopy(sums, 0, out, to, lanes);
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
    float[] in = plan.in.floats;
    float[] outGradient = plan.outGradient.floats;
    if (first == 0) {
      int vectors = plan.firstSum[lastBlock] - plan.firstSum[firstBlock];
      Arrays.fill(sums, at, at + vectors * lanes, 0);
    }
    for (int block = firstBlock; block < lastBlock; block++) {
      int sum = at + (plan.firstSum[block] - plan.firstSum[firstBlock]) * lanes;
      int offset = plan.tapOffsets[plan.firstTap[block]];
      int[] from = plan.from[plan.table[block]];
      int[] to = plan.to[plan.table[block]];
      for (int f = 0; f < plan.filters[block]; f++, sum += lanes) {
        int channel = plan.channelOffsets[plan.firstChannel[block] + f];
        for (int i = first; i < last; i++) {
          int x = from[i] + offset;
          int y = to[i] + channel;
          for (int lane = 0; lane < lanes; lane++) {
            sums[sum + lane] = Math.fma(outGradient[y + lane], in[x + lane], sums[sum + lane]);
          }
        }
      }
    }
  }

  @Override
  public int[] outerTapBlocks() {
    return new int[] {1};
  }

  @Override
  public void packTaps(
      OuterProductGradient.Block block, float[] in, int positions, float[] packed, int at) {
    int next = at;
    for (int i = 0; i < positions; i++) {
      for (int offset : block.tapOffsets()) {
        System.arraycopy(in, block.from()[i] + offset, packed, next, lanes);
        next += lanes;
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
    int taps = block.taps();
    int filters = OuterProductGradient.VECTORS * lanes;
    Arrays.fill(sums, LaneLayout.FIRST, LaneLayout.FIRST + taps * filters, 0);
    for (int i = 0; i < positions; i++) {
      int y = columnsAt + block.places()[i];
      for (int t = 0; t < taps; t++) {
        int x = packedAt + (i * taps + t) * lanes;
        int sum = LaneLayout.FIRST + t * filters;
        for (int example = 0; example < lanes; example++) {
          for (int f = 0; f < filters; f++) {
            sums[sum + f] =
                Math.fma(columns[y + example * filters + f], sums[x + example], sums[sum + f]);
          }
        }
      }
    }
  }

  @Override
  public void sumLanes(float[] vectors, int at, int count) {
    for (int i = 0; i < count; i++) {
      vectors[at + i] = LaneSums.of(vectors, at + i * lanes, lanes);
    }
  }

  /** A feature. */
  private float get(LaneBuffer x, int start, int i, int lane) {
    return x.isHalved()
        ? Bfloat16.value(x.pairs[start + i / 2 * lanes + lane] >>> i % 2 * Bfloat16.BITS)
        : x.floats[start + x.plane[i] + lane];
  }

  /** Stores a feature; of a pair the other stays. */
  private void put(float value, LaneBuffer out, int start, int i, int lane) {
    if (out.isHalved()) {
      int at = start + i / 2 * lanes + lane;
      int shift = i % 2 * Bfloat16.BITS;
      int other = out.pairs[at] & Bfloat16.KEPT >>> shift;
      out.pairs[at] = other | Bfloat16.bits(value) << shift;
    } else {
      out.floats[start + out.plane[i] + lane] = value;
    }
  }

  @Override
  public void moments(LaneBuffer x, LaneSlice slice, float[] sums, int at) {
    int from = x.start(slice);
    if (slice.first == 0) {
      for (int lane = 0; lane < lanes; lane++) {
        sums[at + lane] = get(x, from, 0, lane);
      }
      Arrays.fill(sums, at + lanes, at + 5 * lanes, 0);
    }
    for (int i = slice.first; i < slice.last; i++) {
      int sum = at + (1 + i % 2) * lanes;
      int squares = at + (3 + i % 2) * lanes;
      for (int lane = 0; lane < lanes; lane++) {
        float d = get(x, from, i, lane) - sums[at + lane];
        sums[sum + lane] += d;
        sums[squares + lane] = Math.fma(d, d, sums[squares + lane]);
      }
    }
  }

  @Override
  public void sum(float[] x, int base, int[] plane, float[] sums, int at) {
    for (int lane = 0; lane < lanes; lane++) {
      float[] sum = new float[2];
      for (int i = 0; i < plane.length; i++) {
        sum[i % 2] += x[base + plane[i] + lane];
      }
      sums[at + lane] = sum[0] + sum[1];
    }
  }

  @Override
  public void normalize(LaneNorm norm, LaneSlice slice, LaneBuffer out) {
    LaneBuffer x = norm.in.data();
    LaneBuffer skip = norm.skip == null ? null : norm.skip.data();
    int from = x.start(slice);
    int skipFrom = skip == null ? 0 : skip.start(slice);
    int to = out.start(slice);
    int c = slice.channel;
    for (int i = slice.first; i < slice.last; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        float centred = get(x, from, i, lane) - norm.mean[c];
        float y = Math.fma(centred, norm.scale[c], norm.shift[c]);
        if (skip != null) {
          y += get(skip, skipFrom, i, lane);
        }
        put(norm.rectified ? Math.max(y, 0) : y, out, to, i, lane);
      }
    }
  }

  @Override
  public void maskAndSum(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    LaneBuffer g = norm.out.gradient();
    LaneBuffer out = norm.out.data();
    int gradient = g.start(slice);
    int to = out.start(slice);
    for (int i = slice.first; i < slice.last; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        if (!(get(out, to, i, lane) > 0)) {
          put(0, g, gradient, i, lane);
        }
      }
    }
    sumWhereAbove(norm, slice, Float.NEGATIVE_INFINITY, sums, at);
  }

  @Override
  public void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    sumWhereAbove(norm, slice, norm.openAbove, sums, at);
  }

  private void sumWhereAbove(
      LaneNorm norm, LaneSlice slice, float openAbove, float[] sums, int at) {
    LaneBuffer x = norm.in.data();
    LaneBuffer g = norm.out.gradient();
    int from = x.start(slice);
    int gradient = g.start(slice);
    int c = slice.channel;
    if (slice.first == 0) {
      Arrays.fill(sums, at, at + 4 * lanes, 0);
    }
    for (int i = slice.first; i < slice.last; i++) {
      int sum = at + i % 2 * lanes;
      int products = at + (2 + i % 2) * lanes;
      for (int lane = 0; lane < lanes; lane++) {
        float centred = get(x, from, i, lane) - norm.mean[c];
        boolean above = Math.fma(centred, norm.scale[c], norm.shift[c]) > openAbove;
        float value = above ? get(g, gradient, i, lane) : 0;
        sums[sum + lane] += value;
        sums[products + lane] = Math.fma(value, centred, sums[products + lane]);
      }
    }
  }

  @Override
  public void normGradient(LaneNorm norm, LaneSlice slice, float[] laneWeights, LaneBuffer dx) {
    LaneBuffer x = norm.in.data();
    LaneBuffer g = norm.out.gradient();
    int from = x.start(slice);
    int gradient = g.start(slice);
    int to = dx.start(slice);
    int c = slice.channel;
    for (int i = slice.first; i < slice.last; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        float centred = get(x, from, i, lane) - norm.mean[c];
        boolean above = Math.fma(centred, norm.scale[c], norm.shift[c]) > norm.openAbove;
        float value = above ? get(g, gradient, i, lane) : 0;
        float along = Math.fma(centred, norm.slope[c], norm.offset[c]);
        float d = Math.fma(value, norm.scale[c], along) * laneWeights[lane];
        put(norm.addsToInput ? get(dx, to, i, lane) + d : d, dx, to, i, lane);
      }
    }
  }

  @Override
  public void addTo(LaneBuffer x, LaneBuffer sum, LaneSlice slice) {
    int from = x.start(slice);
    int to = sum.start(slice);
    for (int i = slice.first; i < slice.last; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        put(get(sum, to, i, lane) + get(x, from, i, lane), sum, to, i, lane);
      }
    }
  }

  @Override
  public void copy(LaneBuffer x, LaneSlice from, LaneBuffer out, LaneSlice to) {
    int source = x.start(from);
    int target = out.start(to);
    for (int i = from.first; i < from.last; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        put(get(x, source, i, lane), out, target, i, lane);
      }
    }
  }

  @Override
  public void halveWithMoments(
      LaneBuffer x, LaneBuffer out, LaneSlice slice, float[] sums, int at) {
    copy(x, slice, out, slice);
    moments(x, slice, sums, at);
  }

  @Override
  public void halveWithSums(
      LaneNorm norm, LaneBuffer computed, LaneSlice slice, float[] sums, int at) {
    copy(computed, slice, norm.out.gradient(), slice);
    if (norm.masks()) {
      maskAndSum(norm, slice, sums, at);
    } else {
      sumWhereAbove(norm, slice, sums, at);
    }
  }

  @Override
  public void relu(float[] x, float[] out, int base, int[] plane) {
    for (int position : plane) {
      for (int at = base + position; at < base + position + lanes; at++) {
        out[at] = Math.max(x[at], 0);
      }
    }
  }

  @Override
  public void reluGradient(
      float[] g, float[] out, float[] dx, int base, int[] plane, boolean accumulate) {
    for (int position : plane) {
      for (int at = base + position; at < base + position + lanes; at++) {
        float d = out[at] > 0 ? g[at] : 0;
        dx[at] = accumulate ? dx[at] + d : d;
      }
    }
  }

  @Override
  public void add(float[] x, float[] y, float[] out, int base, int[] plane) {
    for (int position : plane) {
      for (int at = base + position; at < base + position + lanes; at++) {
        out[at] = x[at] + y[at];
      }
    }
  }

  @Override
  public void pass(float[] g, float[] dx, int base, int[] plane, boolean accumulate) {
    for (int position : plane) {
      for (int at = base + position; at < base + position + lanes; at++) {
        dx[at] = accumulate ? dx[at] + g[at] : g[at];
      }
    }
  }

  @Override
  public void spread(
      float[] g, int at, float factor, float[] dx, int base, int[] plane, boolean accumulate) {
    for (int position : plane) {
      for (int lane = 0; lane < lanes; lane++) {
        int to = base + position + lane;
        float d = g[at + lane] * factor;
        dx[to] = accumulate ? dx[to] + d : d;
      }
    }
  }

  @Override
  public void maxPool(LanePool pool, int from, int to) {
    float[] x = pool.in().data().floats;
    float[] out = pool.out().data().floats;
    int[] first = pool.windows().first();
    int[] outPlane = pool.out().plane();
    for (int i = 0; i < outPlane.length; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int w = first[i]; w < first[i + 1]; w++) {
          largest = Math.max(largest, x[from + pool.windows().positions()[w] + lane]);
        }
        out[to + outPlane[i] + lane] = largest;
      }
    }
  }

  @Override
  public void maxPoolGradient(LanePool pool, int from, int to, boolean accumulate) {
    float[] x = pool.in().data().floats;
    float[] dx = pool.in().gradient().floats;
    float[] out = pool.out().data().floats;
    float[] g = pool.out().gradient().floats;
    int[] first = pool.windows().first();
    int[] outPlane = pool.out().plane();
    for (int i = 0; i < outPlane.length; i++) {
      for (int lane = 0; lane < lanes; lane++) {
        int at = to + outPlane[i] + lane;
        float left = g[at];
        for (int w = first[i]; w < first[i + 1]; w++) {
          int position = from + pool.windows().positions()[w] + lane;
          boolean largest = x[position] == out[at];
          float d = largest ? left : 0;
          dx[position] = accumulate ? dx[position] + d : d;
          left = largest ? 0 : left;
        }
      }
    }
  }
}
