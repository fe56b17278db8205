package org.sscspark.pruning.method;

import org.sscspark.network.ChannelDesign;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.NetworkDesign;

/** RadiX-Net (Robinett and Kepner, IPDPSW 2019): cyclic shifts of a mixed radix system. */
public final class RadixNet implements LayerStructure {
  @Override
  public String name() {
    return "radix-net";
  }

  @Override
  public String summary() {
    return "RadiX-Net (Robinett and Kepner, IPDPSW 2019): whole kernels; output n reads inputs n - jp, j below the layer's radix, p the product of the radices before it, so that paths from all inputs to all outputs are equally many. Layers whose channels and filters have no common divisor stay dense";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return new ChannelDesign(dense, design.density(), design.ssc().denseLayers()).radix();
  }
}
