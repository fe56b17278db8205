package org.sscspark.engine.choice;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.Engine;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.engine.cuda.CudaEngine;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.nd4j.Nd4jEngine;

/** The engines by name. */
public final class Engines {
  /** The name that means the GPU where one is given to the caller, and the lanes otherwise. */
  public static final String AUTO = "auto";

  private interface Maker {
    Engine make(EngineSettings settings, int threads, OptionalInt gpu);
  }

  private interface Estimate {
    ReplicaMemory of(ReplicaUse use);
  }

  /** How an engine is made, and what its replicas take. */
  private record Kind(Maker maker, Estimate memory) {}

  private static final Map<String, Kind> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(AUTO, new Kind(Engines::auto, LaneEngine::memory)),
              Map.entry(
                  CudaEngine.NAME,
                  new Kind(
                      (settings, threads, gpu) -> CudaEngine.open(gpu.orElse(0)),
                      CudaEngine::memory)),
              Map.entry(
                  LaneEngine.NAME,
                  new Kind(
                      (settings, threads, gpu) -> lanes(settings, threads), LaneEngine::memory)),
              Map.entry(
                  Nd4jEngine.NAME,
                  new Kind(
                      (settings, threads, gpu) -> new Nd4jEngine(threads), Nd4jEngine::memory))));

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private Engines() {}

  private static Engine auto(EngineSettings settings, int threads, OptionalInt gpu) {
    if (gpu.isPresent()) {
      try {
        return CudaEngine.open(gpu.getAsInt());
      } catch (BadInputException e) {
        LOG.warn(
            "GPU {} was given to this process but cannot be used, so it computes on the CPU: {}",
            gpu.getAsInt(),
            e.getMessage());
      }
    }
    return lanes(settings, threads);
  }

  private static Engine lanes(EngineSettings settings, int threads) {
    return LaneEngine.of(threads, settings.featureStorage(), settings.givenLanes());
  }

  /**
   * Checks a name where nothing is to be computed yet.
   *
   * @throws BadInputException if there is no such engine
   */
  public static void requireKnown(String name) {
    if (!BY_NAME.containsKey(name)) {
      throw new BadInputException(
          "No engine is named "
              + name
              + "; the engines are "
              + String.join(", ", BY_NAME.keySet()));
    }
  }

  /** Returns the engine of this name for a caller to whom nobody gave a GPU. */
  public static Engine create(String name, int threads) {
    return create(EngineSettings.named(name), threads, OptionalInt.empty());
  }

  /**
   * Returns an engine.
   *
   * @param threads threads of one replica
   * @param gpu the GPU that was given to the caller, among those that the process sees
   * @throws BadInputException if there is no such engine, or if this machine cannot run it
   */
  public static Engine create(EngineSettings settings, int threads, OptionalInt gpu) {
    requireKnown(settings.name());
    return BY_NAME.get(settings.name()).maker().make(settings, threads, gpu);
  }

  /**
   * Returns what a replica takes at least.
   *
   * @param name of an engine; {@link #AUTO} stands for the lanes here
   */
  public static ReplicaMemory memory(String name, ReplicaUse use) {
    return BY_NAME.get(name).memory().of(use);
  }
}
