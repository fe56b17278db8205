package org.sscspark.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.nd4j.Nd4jEngine;

/** The engines by name. */
public final class Engines {
  /** The name that means the fastest engine that this process can run. */
  public static final String AUTO = "auto";

  private static final Map<String, IntFunction<Engine>> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(AUTO, LaneEngine::new),
              Map.entry(LaneEngine.NAME, LaneEngine::new),
              Map.entry(Nd4jEngine.NAME, Nd4jEngine::new)));

  private Engines() {}

  /**
   * Returns the engine of this name.
   *
   * @param threads threads of one replica
   * @throws BadInputException if there is no such engine
   */
  public static Engine create(String name, int threads) {
    IntFunction<Engine> engine = BY_NAME.get(name);
    if (engine == null) {
      throw new BadInputException(
          "No engine is named "
              + name
              + "; the engines are "
              + String.join(", ", BY_NAME.keySet()));
    }
    return engine.apply(threads);
  }
}
