package org.sscspark.spark.evaluate;

import java.util.List;

/**
 * The checkpoints that a location stands for.
 *
 * @param found at least one
 * @param leftOut the names of the runs in a folder of runs that have none
 * @param choice which one of a run was to be found
 */
public record FoundCheckpoints(
    List<FoundCheckpoint> found, List<String> leftOut, CheckpointChoice choice) {
  public FoundCheckpoints {
    found = List.copyOf(found);
    leftOut = List.copyOf(leftOut);
  }

  /** The runs that are left out and why; empty if there are none. */
  public String leftOutInWords() {
    return leftOut.isEmpty()
        ? ""
        : "%s: no %s".formatted(String.join(", ", leftOut), choice.inWords());
  }
}
