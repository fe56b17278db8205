package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.StructureMethod;
import org.sscspark.pruning.SupportShuffle;
import org.sscspark.pruning.WeightMask;

/** As many weights in each layer as SSC keeps, at random places. */
public final class SscShuffled implements StructureMethod {
  @Override
  public String name() {
    return "ssc-shuffled";
  }

  @Override
  public String summary() {
    return "SSC's number of weights in each layer, at random places";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    NetworkSpec ssc = SscDesign.apply(dense, design.density(), design.ssc());
    WeightMask moved = SupportShuffle.shuffled(WeightMask.of(dense, ssc), design.seed());
    return dense.withSupports(moved.supports());
  }
}
