package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.StructuredDesign;
import org.sscspark.pruning.NetworkDesign;

/** Depthwise and pointwise convolutions in place of others, at another width. */
public final class Depthwise implements LayerStructure {
  @Override
  public String name() {
    return "depthwise";
  }

  @Override
  public String summary() {
    return "depthwise and pointwise convolutions with norm and ReLU between (Howard et al., 2017), at the width that has as many weights";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return StructuredDesign.separable(
        design.model(),
        dense.input(),
        dense.classes(),
        design.density(),
        design.ssc().denseLayers());
  }
}
