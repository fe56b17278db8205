package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.StructureMethod;

/** Structured sparse convolution. */
public final class Ssc implements StructureMethod {
  @Override
  public String name() {
    return "ssc";
  }

  @Override
  public String summary() {
    return "structured sparse convolution: [ssc.md](ssc.md)";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return SscDesign.apply(dense, design.density(), design.ssc());
  }
}
