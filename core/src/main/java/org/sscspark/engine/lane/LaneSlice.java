package org.sscspark.engine.lane;

/**
 * Positions of one channel of one block of examples: what loops over a plane work on at a time.
 * Each thread has one, which steps set before they call a loop.
 */
final class LaneSlice {
  int block;
  int channel;

  /** The positions [first, last) of the plane; {@code first} is even. */
  int first;

  int last;

  /** Some positions of a channel. */
  LaneSlice set(int blockIndex, int channelIndex, int from, int to) {
    block = blockIndex;
    channel = channelIndex;
    first = from;
    last = to;
    return this;
  }

  /** All positions of a channel. */
  LaneSlice plane(LaneBuffer buffer, int blockIndex, int channelIndex) {
    return set(blockIndex, channelIndex, 0, buffer.plane.length);
  }

  /** Narrows the slice to its last position, until {@link #restore}; returns the first it had. */
  int narrowToLast() {
    int before = first;
    first = last - 1;
    return before;
  }

  /** Widens the slice again, back to the position that it started at. */
  void restore(int start) {
    first = start;
  }
}
