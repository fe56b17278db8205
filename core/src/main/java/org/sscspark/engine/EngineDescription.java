package org.sscspark.engine;

import java.io.Serializable;

/**
 * An engine's identity, as every run records it.
 *
 * @param name {@code lane}, {@code cuda} or {@code nd4j}
 * @param lanes examples in one vector; 1 where the batch is not the vector
 * @param threads threads of one replica
 * @param detail instruction set, backend or flags, in words
 * @param arithmetic what decides an engine's bits, as the engine says
 */
public record EngineDescription(
    String name, int lanes, int threads, String detail, String arithmetic) implements Serializable {
  private static final long serialVersionUID = 2L;

  /** Whether both compute the same bits. */
  public boolean computesAs(EngineDescription other) {
    return name.equals(other.name) && arithmetic.equals(other.arithmetic);
  }

  @Override
  public String toString() {
    return "%s, %d lanes, %d threads, %s".formatted(name, lanes, threads, detail);
  }
}
