package org.sscspark.pruning.method;

import org.sscspark.network.ChannelDesign;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.NetworkDesign;

/** Butterflies, as in the fast Fourier transform (Dao et al., ICML 2019). */
public final class Butterfly implements LayerStructure {
  @Override
  public String name() {
    return "butterfly";
  }

  @Override
  public String summary() {
    return "the same radices and places, as in the fast Fourier transform (Dao et al., ICML 2019): output n reads the inputs whose number differs from n in no digit but the layer's";
  }

  @Override
  public NetworkSpec structure(NetworkDesign design, NetworkSpec dense) {
    return new ChannelDesign(dense, design.density(), design.ssc().denseLayers()).butterfly();
  }
}
