package org.sscspark.engine.lane;

import org.sscspark.engine.FeatureStorage;

/**
 * The output of an operator, or the network's input, and its gradient, of one layout.
 *
 * @param data the values; without an array for the network's input, until there are images
 * @param gradient without an array where no logit depends on the value, and for inference
 */
record LaneValue(LaneBuffer data, LaneBuffer gradient) {
  /** Floats for one plane of such a value. */
  static LaneValue ofOnePlane(LaneLayout layout) {
    LaneLayout plane = layout.onePlane();
    return new LaneValue(
        LaneBuffer.of(plane, FeatureStorage.FLOAT32), LaneBuffer.of(plane, FeatureStorage.FLOAT32));
  }

  LaneLayout layout() {
    return data.layout;
  }

  int[] plane() {
    return data.plane;
  }

  /** Whether what there is of it is stored in halves. */
  boolean isHalved() {
    return data.isHalved() || gradient.isHalved();
  }

  int channels() {
    return data.channels();
  }
}
