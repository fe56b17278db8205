package org.sscspark.spark.evaluate;

import java.util.Optional;
import org.sscspark.config.KebabCase;

/** How far a run has come. */
public enum RunState {
  COMPLETE,
  /** It could not continue. */
  FAILED,
  /** It is trained at this moment, has paused or was stopped. */
  UNFINISHED;

  /**
   * That of a run.
   *
   * @param result its outcome, if there is one
   * @param failure why it could not continue, if that was recorded
   */
  static RunState of(Optional<String> result, Optional<String> failure) {
    if (result.isPresent()) {
      return COMPLETE;
    }
    return failure.isPresent() ? FAILED : UNFINISHED;
  }

  @Override
  public String toString() {
    return KebabCase.of(this);
  }
}
