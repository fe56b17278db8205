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
      LaneSumGradient plan, float[] sums, int firstBlock, int lastBlock, int first, int last) {
    float[] in = plan.in.floats;
    float[] outGradient = plan.outGradient.floats;
    if (first == 0) {
      int vectors = plan.firstSum[lastBlock] - plan.firstSum[firstBlock];
      Arrays.fill(sums, LaneLayout.FIRST, LaneLayout.FIRST + vectors * lanes, 0);
    }
    for (int block = firstBlock; block < lastBlock; block++) {
      int sum = LaneLayout.FIRST + (plan.firstSum[block] - plan.firstSum[firstBlock]) * lanes;
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
  public void moments(float[] x, int base, int[] plane, float[] sums) {
    for (int lane = 0; lane < lanes; lane++) {
      float first = x[base + lane];
      float[] sum = new float[2];
      float[] squares = new float[2];
      for (int i = 0; i < plane.length; i++) {
        float d = x[base + plane[i] + lane] - first;
        sum[i % 2] += d;
        squares[i % 2] = Math.fma(d, d, squares[i % 2]);
      }
      sums[lane] = first;
      sums[lanes + lane] = sum[0] + sum[1];
      sums[2 * lanes + lane] = squares[0] + squares[1];
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
  public void normalize(LaneNorm norm, int channel, int base) {
    float[] x = norm.in.data().floats;
    float[] skip = norm.skip == null ? null : norm.skip.data().floats;
    float[] out = norm.out.data().floats;
    for (int position : norm.in.plane()) {
      for (int at = base + position; at < base + position + lanes; at++) {
        float y = Math.fma(x[at] - norm.mean[channel], norm.scale[channel], norm.shift[channel]);
        if (skip != null) {
          y += skip[at];
        }
        out[at] = norm.rectified ? Math.max(y, 0) : y;
      }
    }
  }

  @Override
  public void maskAndSum(LaneNorm norm, int channel, int base, float[] sums) {
    float[] g = norm.out.gradient().floats;
    float[] out = norm.out.data().floats;
    for (int position : norm.in.plane()) {
      for (int at = base + position; at < base + position + lanes; at++) {
        g[at] = out[at] > 0 ? g[at] : 0;
      }
    }
    sumWhereAbove(norm, channel, base, Float.NEGATIVE_INFINITY, sums);
  }

  @Override
  public void sumWhereAbove(LaneNorm norm, int channel, int base, float[] sums) {
    sumWhereAbove(norm, channel, base, norm.floor, sums);
  }

  private void sumWhereAbove(LaneNorm norm, int channel, int base, float floor, float[] sums) {
    float[] x = norm.in.data().floats;
    float[] g = norm.out.gradient().floats;
    int[] plane = norm.in.plane();
    for (int lane = 0; lane < lanes; lane++) {
      float[] sum = new float[2];
      float[] products = new float[2];
      for (int i = 0; i < plane.length; i++) {
        int at = base + plane[i] + lane;
        float centred = x[at] - norm.mean[channel];
        boolean above = Math.fma(centred, norm.scale[channel], norm.shift[channel]) > floor;
        float value = above ? g[at] : 0;
        sum[i % 2] += value;
        products[i % 2] = Math.fma(value, centred, products[i % 2]);
      }
      sums[lane] = sum[0] + sum[1];
      sums[lanes + lane] = products[0] + products[1];
    }
  }

  @Override
  public void normGradient(LaneNorm norm, int channel, int base, float[] laneWeights) {
    float[] x = norm.in.data().floats;
    float[] g = norm.out.gradient().floats;
    float[] dx = norm.in.gradient().floats;
    float scale = norm.scale[channel];
    for (int position : norm.in.plane()) {
      int at = base + position;
      for (int lane = 0; lane < lanes; lane++) {
        float centred = x[at + lane] - norm.mean[channel];
        boolean above = Math.fma(centred, scale, norm.shift[channel]) > norm.floor;
        float value = above ? g[at + lane] : 0;
        float along = Math.fma(centred, norm.slope[channel], norm.offset[channel]);
        float d = Math.fma(value, scale, along) * laneWeights[lane];
        dx[at + lane] = norm.addsToInput ? dx[at + lane] + d : d;
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
