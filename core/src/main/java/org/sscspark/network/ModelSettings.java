package org.sscspark.network;

import org.sscspark.config.BadInputException;

/**
 * The section {@code model} of a configuration.
 *
 * @param name a name of {@link ModelZoo#names}
 * @param width the factor on the number of channels; 1 is the literature's network
 */
public record ModelSettings(String name, double width) {
  public ModelSettings {
    if (!(width > 0) || width > 64) {
      throw new BadInputException("model.width is " + width + "; it must be in (0, 64]");
    }
  }
}
