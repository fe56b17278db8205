package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/** Is told what becomes of trials, by the thread that runs them. */
public interface TrialWatch {
  /** A trial was given to the cluster. */
  void started(Trial trial);

  /**
   * A trial has completed an epoch. Of several in a short time only the last may be told.
   *
   * @param metrics as {@link org.sscspark.training.MetricsJson} writes them
   */
  void epoch(Trial trial, JsonNode metrics);

  /** Nothing special: a moment to say again how far everything is. */
  void look();

  /**
   * A trial has ended.
   *
   * @param failure why it could not continue, if it failed
   */
  void ended(Trial trial, Optional<TrialFailure> failure) throws IOException;
}
