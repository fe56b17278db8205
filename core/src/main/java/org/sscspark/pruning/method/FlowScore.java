package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.SynapticFlow;
import org.sscspark.pruning.WeightMask;

/**
 * The synaptic flow through each weight, or through its power.
 *
 * @param method the method whose score it is
 * @param exponent 1 for weights as they are, 2 for squares
 */
record FlowScore(String method, SynapticFlow flow, int exponent) implements Scorer {
  @Override
  public double[] score(float[] initial, WeightMask kept, int step) {
    return flow.saliency(kept.masked(initial), exponent);
  }

  @Override
  public String description() {
    return "no data, double precision, computed by " + flow.network().arithmetic();
  }
}
