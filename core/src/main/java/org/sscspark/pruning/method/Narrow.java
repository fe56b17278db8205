package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.StructuredDesign;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.StructureMethod;

/** The dense network, narrower. */
public final class Narrow implements StructureMethod {
  @Override
  public String name() {
    return "narrow";
  }

  @Override
  public String summary() {
    return "the dense network at the width that has as many weights";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return StructuredDesign.narrow(
        design.model(), dense.input(), dense.classes(), design.density());
  }

  @Override
  public boolean reads(String key) {
    return false;
  }
}
