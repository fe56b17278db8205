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
    for (int run = 0; run < plan.adds.length; run++) {
      for (int block = plan.firstBlock[run]; block < plan.firstBlock[run + 1]; block++) {
        block(plan, block, first, last, accumulate || plan.adds[run]);
      }
    }
  }

  private void block(LaneCorrelation plan, int block, int first, int last, boolean accumulate) {
    float[] in = plan.in.floats;
    float[] out = plan.out.floats;
    float[] sums = new float[lanes];
    int width = plan.filters[block];
    for (int i = first; i < last; i++) {
      int stretch = block * plan.stretchEnds.length + plan.stretch(i);
      for (int f = 0; f < width; f++) {
        int to = plan.to[i] + plan.channelOffsets[plan.firstChannel[block] + f];
        if (accumulate) {
          System.arraycopy(out, to, sums, 0, lanes);
        } else {
          Arrays.fill(sums, plan.weights[plan.firstWeight[block] + f]);
        }
        for (int tap = plan.firstTap[stretch]; tap < plan.endTap[stretch]; tap++) {
          int from = plan.from[i] + plan.offsets[tap];
          float w = plan.weights[plan.weightOf(block, tap) + f];
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

  @Override
  public void moments(LaneBuffer buffer, LaneSlice slice, float[] sums, int at) {
    float[] x = buffer.floats;
    if (slice.first == 0) {
      System.arraycopy(x, slice.base, sums, at, lanes);
      Arrays.fill(sums, at + lanes, at + 5 * lanes, 0);
    }
    for (int i = slice.first; i < slice.last; i++) {
      int from = slice.base + buffer.plane[i];
      int sum = at + (1 + i % 2) * lanes;
      int squares = at + (3 + i % 2) * lanes;
      for (int lane = 0; lane < lanes; lane++) {
        float d = x[from + lane] - sums[at + lane];
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
  public void normalize(LaneNorm norm, LaneSlice slice, float[] out, int to) {
    float[] x = norm.in.data().floats;
    float[] skip = norm.skip == null ? null : norm.skip.data().floats;
    int channel = slice.channel;
    for (int i = slice.first; i < slice.last; i++) {
      int position = norm.in.plane()[i];
      for (int lane = position; lane < position + lanes; lane++) {
        int at = slice.base + lane;
        float y = Math.fma(x[at] - norm.mean[channel], norm.scale[channel], norm.shift[channel]);
        if (skip != null) {
          y += skip[at];
        }
        out[to + lane] = norm.rectified ? Math.max(y, 0) : y;
      }
    }
  }

  @Override
  public void maskAndSum(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    float[] g = norm.out.gradient().floats;
    float[] out = norm.out.data().floats;
    for (int i = slice.first; i < slice.last; i++) {
      int from = slice.base + norm.in.plane()[i];
      for (int lane = from; lane < from + lanes; lane++) {
        g[lane] = out[lane] > 0 ? g[lane] : 0;
      }
    }
    sumWhereAbove(norm, slice, Float.NEGATIVE_INFINITY, sums, at);
  }

  @Override
  public void sumWhereAbove(LaneNorm norm, LaneSlice slice, float[] sums, int at) {
    sumWhereAbove(norm, slice, norm.floor, sums, at);
  }

  private void sumWhereAbove(LaneNorm norm, LaneSlice slice, float floor, float[] sums, int at) {
    float[] x = norm.in.data().floats;
    float[] g = norm.out.gradient().floats;
    int channel = slice.channel;
    if (slice.first == 0) {
      Arrays.fill(sums, at, at + 4 * lanes, 0);
    }
    for (int i = slice.first; i < slice.last; i++) {
      int from = slice.base + norm.in.plane()[i];
      int sum = at + i % 2 * lanes;
      int products = at + (2 + i % 2) * lanes;
      for (int lane = 0; lane < lanes; lane++) {
        float centred = x[from + lane] - norm.mean[channel];
        boolean above = Math.fma(centred, norm.scale[channel], norm.shift[channel]) > floor;
        float value = above ? g[from + lane] : 0;
        sums[sum + lane] += value;
        sums[products + lane] = Math.fma(value, centred, sums[products + lane]);
      }
    }
  }

  @Override
  public void normGradient(
      LaneNorm norm, LaneSlice slice, float[] laneWeights, float[] dx, int to) {
    float[] x = norm.in.data().floats;
    float[] g = norm.out.gradient().floats;
    int channel = slice.channel;
    float scale = norm.scale[channel];
    for (int i = slice.first; i < slice.last; i++) {
      int position = norm.in.plane()[i];
      int at = slice.base + position;
      for (int lane = 0; lane < lanes; lane++) {
        float centred = x[at + lane] - norm.mean[channel];
        boolean above = Math.fma(centred, scale, norm.shift[channel]) > norm.floor;
        float value = above ? g[at + lane] : 0;
        float along = Math.fma(centred, norm.slope[channel], norm.offset[channel]);
        float d = Math.fma(value, scale, along) * laneWeights[lane];
        int target = to + position + lane;
        dx[target] = norm.addsToInput ? dx[target] + d : d;
      }
    }
  }

  @Override
  public void toPairs(float[] rows, int base, LaneSlice slice, int[] plane, int[] pairs, int at) {
    int to = at;
    for (int i = slice.first; i < slice.last; i += 2) {
      for (int lane = 0; lane < lanes; lane++) {
        int low = Bfloat16.bits(rows[base + plane[i] + lane]);
        int high = i + 1 < slice.last ? Bfloat16.bits(rows[base + plane[i + 1] + lane]) : 0;
        pairs[to++] = high << Bfloat16.BITS | low;
      }
    }
  }

  @Override
  public void fromPairs(int[] pairs, int at, LaneSlice slice, int[] plane, float[] rows, int base) {
    int from = at;
    for (int i = slice.first; i < slice.last; i += 2) {
      for (int lane = 0; lane < lanes; lane++) {
        int pair = pairs[from++];
        rows[base + plane[i] + lane] = Bfloat16.value(pair);
        if (i + 1 < slice.last) {
          rows[base + plane[i + 1] + lane] = Bfloat16.value(pair >>> Bfloat16.BITS);
        }
      }
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
