package org.sscspark.engine;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntSupplier;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.lane.LaneEngine;

/**
 * Section {@code engine}: what computes. {@code engine = lane} says what {@code engine.name = lane}
 * does.
 *
 * @param name of an engine, or {@link Engines#AUTO}
 * @param lanes examples in one vector of the lane engine: 4, 8 or 16; absent is what suits the
 *     machines, and so is {@code auto}
 */
public record EngineSettings(String name, Optional<String> lanes) implements Serializable {
  private static final long serialVersionUID = 1L;
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
  }

  /** What travels in its place, because an Optional cannot. */
  private record Sent(String name, String lanes) implements Serializable {
    private static final long serialVersionUID = 1L;

    Object readResolve() {
      return new EngineSettings(name, Optional.ofNullable(lanes));
    }
  }

  Object writeReplace() {
    return new Sent(name, lanes.orElse(null));
  }

  /** An engine with as many lanes as suit the machine. */
  public static EngineSettings named(String name) {
    return new EngineSettings(name, Optional.empty());
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
        : new EngineSettings(name, Optional.of(Integer.toString(narrowest.getAsInt())));
  }
}
