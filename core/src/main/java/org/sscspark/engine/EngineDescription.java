package org.sscspark.engine;

import java.io.Serializable;

/**
 * An engine's identity, as every run records it.
 *
 * @param name {@code lane}, {@code cuda} or {@code nd4j}
 * @param lanes examples in one vector; 1 where the batch is not the vector
 * @param threads threads of one replica
 * @param detail instruction set, backend or flags, in words
 */
public record EngineDescription(String name, int lanes, int threads, String detail)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Whether both compute the same bits. Where the batch is the vector, its lanes decide, whatever
   * the threads and flags; other engines compute with a library that promises less.
   */
  public boolean computesAs(EngineDescription other) {
    return name.equals(other.name) && lanes == other.lanes && (lanes > 1 || equals(other));
  }

  @Override
  public String toString() {
    return "%s, %d lanes, %d threads, %s".formatted(name, lanes, threads, detail);
  }
}
