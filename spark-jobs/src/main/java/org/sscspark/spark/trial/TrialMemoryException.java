package org.sscspark.spark.trial;

import java.io.IOException;
import java.util.Locale;

/**
 * A trial's task ran out of memory. Its cause is left out: an executor that learns of it ends
 * itself, and with it the trials in its other tasks.
 */
final class TrialMemoryException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what to do.
   *
   * @param heapBytes of the executor
   */
  TrialMemoryException(long heapBytes) {
    super(
        String.format(
            Locale.ROOT,
            "It ran out of memory (the trials side by side have a heap of %,d MiB): give more, as in"
                + " SSC_DRIVER_MEMORY=8g with a local master, else"
                + " SSC_SUBMIT_ARGS=\"--executor-memory 8g\", or fewer cores; the same command goes"
                + " on with it",
            heapBytes >> 20));
  }
}
