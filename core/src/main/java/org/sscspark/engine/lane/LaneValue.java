package org.sscspark.engine.lane;

/**
 * The output of an operator, or the network's input, and its gradient, of one layout.
 *
 * @param data the values; without an array for the network's input, until there are images
 * @param gradient without an array where no logit depends on the value, and for inference
 */
record LaneValue(LaneBuffer data, LaneBuffer gradient) {
  LaneLayout layout() {
    return data.layout;
  }

  int[] plane() {
    return data.plane;
  }

  int channels() {
    return data.channels();
  }
}
