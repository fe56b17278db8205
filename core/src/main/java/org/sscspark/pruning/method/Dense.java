package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.StructureMethod;

/** All weights. */
public final class Dense implements StructureMethod {
  @Override
  public String name() {
    return "dense";
  }

  @Override
  public String summary() {
    return "every weight";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return dense;
  }

  @Override
  public boolean reads(String key) {
    return false;
  }
}
