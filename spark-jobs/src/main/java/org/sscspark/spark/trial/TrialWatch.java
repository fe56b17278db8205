package org.sscspark.spark.trial;

import java.io.IOException;
import java.util.Optional;

/** Is told what becomes of trials, by the thread that runs them. */
public interface TrialWatch {
  /** A trial was given to the cluster. */
  void started(Trial trial);

  /** Nothing special: a moment to see how far the running trials are. */
  void look() throws IOException;

  /**
   * A trial has ended.
   *
   * @param failure why it could not go on, if it failed
   */
  void ended(Trial trial, Optional<String> failure) throws IOException;
}
