package org.sscspark.pruning;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.Settings;
import org.sscspark.data.Augmentation;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.SscSettings;

/** Designs with seed 1 as settings say. */
final class TestDesigns {
  private TestDesigns() {}

  /**
   * A design.
   *
   * @param settings over the defaults, each a key and its value
   */
  static NetworkDesign of(
      Method method, double density, Augmentation augmentation, List<String> settings) {
    Settings bound = Settings.load(Optional.empty(), settings);
    return new NetworkDesign(
        1,
        method,
        density,
        bound.bind("model", ModelSettings.class),
        bound.bind("ssc", SscSettings.class),
        bound.bind("pruning", PruningSettings.class),
        EngineSettings.named(Engines.AUTO),
        augmentation);
  }
}
