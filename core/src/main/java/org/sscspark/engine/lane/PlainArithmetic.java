package org.sscspark.engine.lane;

import java.util.Arrays;

/**
 * The loops over lanes without the Vector API. It gives the bits of {@link VectorArithmetic} of as
 * many lanes, several times slower.
 */
final class PlainArithmetic implements Arithmetic {
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
    return "plain Java";
  }

  @Override
  public int[] filterBlocks() {
    return new int[] {4, 2, 1};
  }

  @Override
  public int tapBlock(int filters) {
    return 1;
  }

  @Override
  public void correlate(
      Correlation plan, float[] in, float[] out, int first, int last, boolean accumulate) {
    for (int run = 0; run < plan.adds.length; run++) {
      for (int block = plan.firstBlock[run]; block < plan.firstBlock[run + 1]; block++) {
        block(plan, block, in, out, first, last, accumulate || plan.adds[run]);
      }
    }
  }

  private void block(
      Correlation plan,
      int block,
      float[] in,
      float[] out,
      int first,
      int last,
      boolean accumulate) {
    float[] sums = new float[lanes];
    int width = plan.filters[block];
    for (int i = first; i < last; i++) {
      for (int f = 0; f < width; f++) {
        int to = plan.to[i] + plan.channelOffsets[plan.firstChannel[block] + f];
        int step = plan.firstStep[block];
        if (accumulate) {
          System.arraycopy(out, to, sums, 0, lanes);
        } else {
          Arrays.fill(sums, plan.program[step + f]);
        }
        for (step += width; step < plan.firstStep[block + 1]; step += 1 + width) {
          int from = plan.from[i] + Float.floatToRawIntBits(plan.program[step]);
          float w = plan.program[step + 1 + f];
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
      WeightGradient plan,
      float[] in,
      float[] outGradient,
      float[] sums,
      int firstBlock,
      int lastBlock,
      int first,
      int last) {
    for (int block = firstBlock; block < lastBlock; block++) {
      for (int f = 0; f < plan.filters[block]; f++) {
        int channel = plan.channelOffsets[plan.firstChannel[block] + f];
        int offset = plan.tapOffsets[plan.firstTap[block]];
        int sum = plan.firstSum[block] + f * lanes;
        for (int i = first; i < last; i++) {
          int x = plan.from[i] + offset;
          int y = plan.to[i] + channel;
          for (int lane = 0; lane < lanes; lane++) {
            sums[sum + lane] = Math.fma(outGradient[y + lane], in[x + lane], sums[sum + lane]);
          }
        }
      }
    }
  }

  @Override
  public void moments(float[] x, int base, int[] plane, float[] sums) {
    Arrays.fill(sums, lanes, 3 * lanes, 0);
    System.arraycopy(x, base, sums, 0, lanes);
    for (int position : plane) {
      int at = base + position;
      for (int lane = 0; lane < lanes; lane++) {
        float d = x[at + lane] - sums[lane];
        sums[lanes + lane] += d;
        sums[2 * lanes + lane] = Math.fma(d, d, sums[2 * lanes + lane]);
      }
    }
  }

  @Override
  public void sum(float[] x, int base, int[] plane, float[] sums, int at) {
    Arrays.fill(sums, at, at + lanes, 0);
    for (int position : plane) {
      for (int lane = 0; lane < lanes; lane++) {
        sums[at + lane] += x[base + position + lane];
      }
    }
  }

  @Override
  public void normalize(
      float[] x,
      float[] skip,
      float[] out,
      int base,
      int[] plane,
      float mean,
      float scale,
      float shift,
      boolean relu) {
    for (int position : plane) {
      for (int at = base + position; at < base + position + lanes; at++) {
        float y = Math.fma(x[at] - mean, scale, shift);
        if (skip != null) {
          y += skip[at];
        }
        out[at] = relu ? Math.max(y, 0) : y;
      }
    }
  }

  @Override
  public void maskAndSum(
      float[] g, float[] out, float[] x, int base, int[] plane, float mean, float[] sums) {
    Arrays.fill(sums, 0, 2 * lanes, 0);
    for (int position : plane) {
      int at = base + position;
      for (int lane = 0; lane < lanes; lane++) {
        if (out != null && !(out[at + lane] > 0)) {
          g[at + lane] = 0;
        }
        float value = g[at + lane];
        sums[lane] += value;
        sums[lanes + lane] = Math.fma(value, x[at + lane] - mean, sums[lanes + lane]);
      }
    }
  }

  @Override
  public void normGradient(
      float[] g,
      float[] x,
      float[] dx,
      int base,
      int[] plane,
      float mean,
      float scale,
      float slope,
      float shift,
      float[] laneWeights,
      boolean accumulate) {
    for (int position : plane) {
      int at = base + position;
      for (int lane = 0; lane < lanes; lane++) {
        float d = Math.fma(g[at + lane], scale, Math.fma(x[at + lane] - mean, slope, shift));
        d *= laneWeights[lane];
        dx[at + lane] = accumulate ? dx[at + lane] + d : d;
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
}
