package org.sscspark.spark.trial;

/** Spark has stopped while trials ran. None of them failed; a later start resumes them. */
public final class SparkStoppedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SparkStoppedException(Throwable cause) {
    super("Spark has stopped; start the command again to resume", cause);
  }
}
