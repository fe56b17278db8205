package org.sscspark.pruning.method;

import org.sscspark.network.ChannelDesign;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.NetworkDesign;

/** X-Net (Prabhu, Varma and Namboodiri, ECCV 2018): random graphs of constant degree. */
public final class XNet implements LayerStructure {
  @Override
  public String name() {
    return "x-net";
  }

  @Override
  public String summary() {
    return "X-Net (Prabhu et al., ECCV 2018): whole kernels; each filter reads D random channels or, where there are fewer filters, each channel is read by D random filters";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return new ChannelDesign(dense, design.density(), design.ssc().denseLayers())
        .expander(design.seed());
  }
}
