package org.sscspark.engine.lane;

/**
 * A norm of which some values are stored in halves. A few rows at a time become floats, in buffers
 * that stay in the first level of the cache, and loops run over these.
 */
final class HalvedNormLoops implements NormLoops {
  private final Arithmetic arithmetic;

  /** What is stored. */
  private final LaneNorm norm;

  /** The same norm of rows. */
  private final LaneNorm rows;

  /** Rows of the input, which become those of the output, and of the input's gradient. */
  private final LaneBuffer x;

  private final LaneBuffer dx;

  /** Rows of the skip connection, or of the output, and of the output's gradient. */
  private final LaneBuffer second;

  private final LaneBuffer g;
  private final LaneSlice part = new LaneSlice();

  /** Positions that have room at a time. */
  private final int positions;

  HalvedNormLoops(LaneWorkspace workspace, LaneNorm norm) {
    this.arithmetic = workspace.arithmetic;
    this.norm = norm;
    LaneLayout layout = norm.in.layout();
    int count = layout.rows(workspace.caches.halvedRows());
    this.positions = count * layout.shape().width();
    int length = Math.addExact(LaneLayout.FIRST, Math.multiplyExact(count, layout.rowStride()));
    this.x = new LaneBuffer(layout, new float[length]);
    this.dx = new LaneBuffer(layout, new float[length]);
    this.second = new LaneBuffer(layout, new float[length]);
    this.g = new LaneBuffer(layout, new float[length]);
    this.rows = norm.over(new LaneValue(x, dx), new LaneValue(second, g));
  }

  /** The rows of a slice from a position on, where the buffers have them. */
  private LaneSlice part(LaneSlice slice, int first) {
    int last = Math.min(slice.last, first + positions);
    part.set(norm.in.layout(), slice.block, slice.channel, first, last);
    part.base = LaneLayout.FIRST - x.plane[first];
    return part;
  }

  private void read(LaneBuffer stored, LaneBuffer target) {
    stored.read(arithmetic, part, target.floats, part.base);
  }

  private void write(LaneBuffer source, LaneBuffer stored) {
    stored.write(arithmetic, part, source.floats, part.base);
  }

  @Override
  public void moments(LaneSlice slice, float[] sums, int at) {
    for (int first = slice.first; first < slice.last; first += positions) {
      LaneSlice some = part(slice, first);
      read(norm.in.data(), x);
      arithmetic.moments(x, some, sums, at);
    }
  }

  @Override
  public void normalize(LaneSlice slice, LaneBuffer target) {
    for (int first = slice.first; first < slice.last; first += positions) {
      LaneSlice some = part(slice, first);
      read(norm.in.data(), x);
      if (norm.skip != null) {
        read(norm.skip.data(), second);
      }
      if (target.isHalved()) {
        arithmetic.normalize(rows, some, x.floats, some.base);
        write(x, target);
      } else {
        arithmetic.normalize(rows, some, target.floats, target.layout.plane(some));
      }
    }
  }

  @Override
  public void gradientSums(LaneSlice slice, float[] sums, int at) {
    for (int first = slice.first; first < slice.last; first += positions) {
      LaneSlice some = part(slice, first);
      read(norm.in.data(), x);
      read(norm.out.gradient(), g);
      if (norm.masks()) {
        read(norm.out.data(), second);
        arithmetic.maskAndSum(rows, some, sums, at);
        write(g, norm.out.gradient());
      } else {
        arithmetic.sumWhereAbove(rows, some, sums, at);
      }
    }
  }

  @Override
  public void inputGradient(LaneSlice slice, float[] laneWeights, LaneBuffer target) {
    for (int first = slice.first; first < slice.last; first += positions) {
      LaneSlice some = part(slice, first);
      read(norm.in.data(), x);
      read(norm.out.gradient(), g);
      if (target.isHalved()) {
        if (norm.addsToInput) {
          read(target, dx);
        }
        arithmetic.normGradient(rows, some, laneWeights, dx.floats, some.base);
        write(dx, target);
      } else {
        int to = target.layout.plane(some);
        arithmetic.normGradient(rows, some, laneWeights, target.floats, to);
      }
    }
  }

  @Override
  public void addToSkip(LaneSlice slice) {
    LaneBuffer skip = norm.skip.gradient();
    for (int first = slice.first; first < slice.last; first += positions) {
      part(slice, first);
      read(norm.out.gradient(), g);
      read(skip, dx);
      for (int i = LaneLayout.FIRST; i < g.floats.length; i++) {
        dx.floats[i] += g.floats[i];
      }
      write(dx, skip);
    }
  }
}
