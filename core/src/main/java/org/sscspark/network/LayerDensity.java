package org.sscspark.network;

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
}
