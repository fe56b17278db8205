package org.sscspark.pruning.method;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.StructuredDesign;
import org.sscspark.pruning.NetworkDesign;

/** Group convolutions, the groups of every other layer interleaved. */
public final class Group implements LayerStructure {
  @Override
  public String name() {
    return "group";
  }

  @Override
  public String summary() {
    return "group convolutions; the sparsest layer gets fewer groups as long as the budget allows. Groups of every other layer are interleaved, or channels of different groups would never meet";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return new StructuredDesign(dense, design.density(), design.ssc().denseLayers()).groupwise();
  }
}
