package org.sscspark.spark.trial;

/** The others have their results, but some trials have none. */
public final class FailedTrialsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FailedTrialsException(String message) {
    super(message);
  }
}
