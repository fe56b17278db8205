package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;

/** The minibatch of the current step. */
final class LaneMinibatch {
  private final int lanes;
  private final float[] allLanes;
  private final float[] lastLanes;
  private int count;
  private int blocks;
  private BatchNormMode mode = BatchNormMode.RUNNING;

  LaneMinibatch(int lanes) {
    this.lanes = lanes;
    this.allLanes = new float[lanes];
    this.lastLanes = new float[lanes];
    Arrays.fill(allLanes, 1);
  }

  void set(int examples, BatchNormMode normMode) {
    count = examples;
    blocks = (examples + lanes - 1) / lanes;
    mode = normMode;
    for (int lane = 0; lane < lanes; lane++) {
      lastLanes[lane] = lane < lanes(blocks - 1) ? 1 : 0;
    }
  }

  /** The number of examples; zero before the first step. */
  int count() {
    return count;
  }

  /** The blocks that hold examples. */
  int blocks() {
    return blocks;
  }

  BatchNormMode mode() {
    return mode;
  }

  /** The lanes of a block that hold examples; they come first. */
  int lanes(int block) {
    return Math.min(lanes, count - block * lanes);
  }

  /** One for lanes that hold examples, zero for others. */
  float[] laneWeights(int block) {
    return block < blocks - 1 ? allLanes : lastLanes;
  }
}
