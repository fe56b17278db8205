package org.sscspark.engine.lane;

/** The arguments of a pool's loops. */
record LanePool(Windows windows, LaneValue in, LaneValue out) {
  static LanePool of(LaneValue in, LaneValue out, int size, int stride, int padding) {
    Windows windows = Windows.of(in.layout(), out.layout().shape(), size, stride, padding);
    return new LanePool(windows, in, out);
  }
}
