package org.sscspark.engine;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.cuda.CudaEngine;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.nd4j.Nd4jEngine;

/** The engines by name. */
public final class Engines {
  /** The name that means the GPU where there is one for the caller, and the lanes otherwise. */
  public static final String AUTO = "auto";

  private interface Maker {
    Engine make(int threads, OptionalInt gpu);
  }

  private static final Map<String, Maker> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  AUTO,
                  (threads, gpu) ->
                      gpu.isPresent() ? CudaEngine.open(gpu.getAsInt()) : new LaneEngine(threads)),
              Map.entry(CudaEngine.NAME, (threads, gpu) -> CudaEngine.open(gpu.orElse(0))),
              Map.entry(LaneEngine.NAME, (threads, gpu) -> new LaneEngine(threads)),
              Map.entry(Nd4jEngine.NAME, (threads, gpu) -> new Nd4jEngine(threads))));

  private Engines() {}

  /** Returns the engine of this name for a caller to whom nobody gave a GPU. */
  public static Engine create(String name, int threads) {
    return create(name, threads, OptionalInt.empty());
  }

  /**
   * Returns the engine of this name.
   *
   * @param threads threads of one replica
   * @param gpu the GPU that was given to the caller, among those that the process sees
   * @throws BadInputException if there is no such engine, or if this machine cannot run it
   */
  public static Engine create(String name, int threads, OptionalInt gpu) {
    Maker engine = BY_NAME.get(name);
    if (engine == null) {
      throw new BadInputException(
          "No engine is named "
              + name
              + "; the engines are "
              + String.join(", ", BY_NAME.keySet()));
    }
    return engine.make(threads, gpu);
  }
}
