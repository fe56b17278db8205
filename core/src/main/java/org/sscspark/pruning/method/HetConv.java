package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.StructuredDesign;
import org.sscspark.pruning.NetworkDesign;

/** HetConv (Singh et al., CVPR 2019): one full kernel in P, the others pointwise. */
public final class HetConv implements LayerStructure {
  @Override
  public String name() {
    return "hetconv";
  }

  @Override
  public String summary() {
    return "HetConv (Singh et al., CVPR 2019): one full kernel in P, the others pointwise; 1x1 layers stay dense. It cannot go below a ninth of a 3x3 layer";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return new StructuredDesign(dense, design.density(), design.ssc().denseLayers()).hetConv();
  }
}
