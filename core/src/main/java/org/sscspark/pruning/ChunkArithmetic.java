package org.sscspark.pruning;

import java.util.Optional;

/** What computes the chunks of a score: one for all, or its bits would depend on where they ran. */
public final class ChunkArithmetic {
  private Optional<String> common = Optional.empty();

  /**
   * Notes what computed a chunk.
   *
   * @param arithmetic as {@link ChunkGradient#arithmetic} says
   * @throws IllegalStateException if another chunk was computed by something else
   */
  public void add(String arithmetic) {
    if (common.isPresent() && !common.get().equals(arithmetic)) {
      throw new IllegalStateException(
          "Executors compute scores by different means: one by %s, another by %s; their last bits"
                  .formatted(common.get(), arithmetic)
              + " may differ, so give all executors the same processors and JVM options, or choose"
              + " the weights on one machine");
    }
    common = Optional.of(arithmetic);
  }

  /** A function in words and, once a chunk is computed, by what. */
  public String describe(ScoredFunction function) {
    return function.description() + common.map(by -> ", computed by " + by).orElse("");
  }
}
