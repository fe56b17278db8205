package org.sscspark.network;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;

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
      throw new UnmetSettingsException(
          "Density " + density + " of layer " + layer + " must be in (0, 1]");
    }
  }

  /**
   * The densities by the names of layers; where several match, the last holds.
   *
   * @param key the setting that they were given by, for messages
   * @param whole layers that stay dense, whatever the densities are
   * @throws BadInputException if the network has no layer of a name, or a density holds for none
   */
  public static Map<String, Double> byLayer(
      NetworkSpec network, String key, List<LayerDensity> densities, Set<String> whole) {
    LayerNames names = new LayerNames(network);
    Map<String, Integer> last = new LinkedHashMap<>();
    for (int i = 0; i < densities.size(); i++) {
      List<String> matching = names.matching(densities.get(i).layer());
      if (whole.containsAll(matching)) {
        throw new UnmetSettingsException(
            "%s gives %s a density, and ssc.dense-layers keeps all of it; leave one out"
                .formatted(key, densities.get(i).layer()));
      }
      for (String name : matching) {
        last.put(name, i);
      }
    }
    Set<Integer> used = new HashSet<>();
    Map<String, Double> byLayer = new LinkedHashMap<>();
    last.forEach(
        (name, i) -> {
          byLayer.put(name, densities.get(i).density());
          if (!whole.contains(name)) {
            used.add(i);
          }
        });
    for (int i = 0; i < densities.size(); i++) {
      if (!used.contains(i)) {
        throw new UnmetSettingsException(
            "%s: nothing is left for %s, as the last entry that fits a layer holds; put it further behind, or leave it out"
                .formatted(key, densities.get(i).layer()));
      }
    }
    return byLayer;
  }
}
