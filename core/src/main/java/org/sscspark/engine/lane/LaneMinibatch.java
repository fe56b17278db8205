package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.plan.StepMinibatch;

/** A minibatch in blocks: the examples of one vector. */
final class LaneMinibatch extends StepMinibatch {
  private final int lanes;
  private final float[] allLanes;
  private final float[] lastLanes;
  private int blocks;

  LaneMinibatch(int lanes) {
    this.lanes = lanes;
    this.allLanes = new float[lanes];
    this.lastLanes = new float[lanes];
    Arrays.fill(allLanes, 1);
  }

  @Override
  public void set(int examples, BatchNormMode normMode) {
    super.set(examples, normMode);
    blocks = (examples + lanes - 1) / lanes;
    for (int lane = 0; lane < lanes; lane++) {
      lastLanes[lane] = lane < lanes(blocks - 1) ? 1 : 0;
    }
  }

  /** The blocks that hold examples. */
  int blocks() {
    return blocks;
  }

  /** The lanes of a block that hold examples; they come first. */
  int lanes(int block) {
    return Math.min(lanes, count() - block * lanes);
  }

  /** One for lanes that hold examples, zero for others. */
  float[] laneWeights(int block) {
    return block < blocks - 1 ? allLanes : lastLanes;
  }
}
