package org.sscspark.engine.choice;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntSupplier;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.lane.LaneEngine;

/**
 * Section {@code engine}: what computes. {@code engine = lane} says what {@code engine.name = lane}
 * does.
 *
 * @param name of an engine, or {@link Engines#AUTO}
 * @param lanes examples in one vector of the lane engine: 4, 8 or 16; absent is what suits the
 *     machines, and so is {@code auto}
 * @param storage of features and their gradients between steps of training, in the lane engine;
 *     absent is float32, and so is {@code float32}, so that settings recorded before there was a
 *     choice are the same
 */
public record EngineSettings(String name, Optional<String> lanes, Optional<FeatureStorage> storage)
    implements Serializable {
  private static final long serialVersionUID = 2L;
  private static final String AUTO_LANES = "auto";
  private static final Set<String> LANES = Set.of("4", "8", "16");

  public EngineSettings {
    lanes = lanes.filter(text -> !text.equals(AUTO_LANES));
    if (lanes.isPresent() && !LANES.contains(lanes.get())) {
      throw new BadInputException(
          "engine.lanes = " + lanes.get() + " must be auto, 4, 8 or 16 examples in one vector");
    }
    if (lanes.isPresent() && !name.equals(Engines.AUTO) && !name.equals(LaneEngine.NAME)) {
      throw new BadInputException(
          "engine.lanes = %s is for the lane engine, but engine = %s; leave it out"
              .formatted(lanes.get(), name));
    }
    storage = storage.filter(one -> one != FeatureStorage.FLOAT32);
    if (storage.isPresent() && !name.equals(LaneEngine.NAME)) {
      throw new BadInputException(
          "engine.storage = %s is for the lane engine, but engine.name = %s; set engine.name = lane"
                  .formatted(KebabCase.of(storage.get()), name)
              + ", or leave it out");
    }
  }

  /** With a storage that is given. */
  public EngineSettings(String name, Optional<String> lanes, FeatureStorage storage) {
    this(name, lanes, Optional.of(storage));
  }

  /** How features are stored between steps of training. */
  public FeatureStorage featureStorage() {
    return storage.orElse(FeatureStorage.FLOAT32);
  }

  /** What travels in its place, because an Optional cannot. */
  private record Sent(String name, String lanes, FeatureStorage storage) implements Serializable {
    private static final long serialVersionUID = 2L;

    Object readResolve() {
      return new EngineSettings(name, Optional.ofNullable(lanes), storage);
    }
  }

  Object writeReplace() {
    return new Sent(name, lanes.orElse(null), featureStorage());
  }

  /** An engine with as many lanes as suit the machine. */
  public static EngineSettings named(String name) {
    return new EngineSettings(name, Optional.empty(), FeatureStorage.FLOAT32);
  }

  /** The lanes, if they are given. */
  public OptionalInt givenLanes() {
    return lanes.map(Integer::valueOf).map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /**
   * The same with lanes that are given, where that means anything.
   *
   * @param narrowest asked if they are not: the lanes that all machines have
   */
  public EngineSettings withLanes(IntSupplier narrowest) {
    boolean vectors = name.equals(Engines.AUTO) || name.equals(LaneEngine.NAME);
    return lanes.isPresent() || !vectors
        ? this
        : new EngineSettings(
            name, Optional.of(Integer.toString(narrowest.getAsInt())), featureStorage());
  }

  /** The same with features that stay as they were computed, for what is no training. */
  public EngineSettings exact() {
    return new EngineSettings(name, lanes, FeatureStorage.FLOAT32);
  }
}
