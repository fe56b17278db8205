package org.sscspark.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.config.BadInputException;

/**
 * The density that a configuration gives to layers.
 *
 * @param layer a layer's name; {@code *} stands for any characters, {@code first} and {@code last}
 *     for the first and the last layer with weights
 * @param density the kept fraction, in (0, 1]
 */
public record LayerDensity(String layer, double density) {
  public LayerDensity {
    if (!(density > 0 && density <= 1)) {
      throw new BadInputException(
          "Density " + density + " of layer " + layer + " must be in (0, 1]");
    }
  }

  /**
   * The densities by the names of layers; where several match, the last holds.
   *
   * @throws BadInputException if the network has no layer of a name
   */
  public static Map<String, Double> byLayer(NetworkSpec network, List<LayerDensity> densities) {
    LayerNames names = new LayerNames(network);
    Map<String, Double> byLayer = new LinkedHashMap<>();
    for (LayerDensity one : densities) {
      for (String name : names.matching(one.layer())) {
        byLayer.put(name, one.density());
      }
    }
    return byLayer;
  }
}
