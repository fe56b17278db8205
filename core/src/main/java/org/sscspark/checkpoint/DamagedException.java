package org.sscspark.checkpoint;

/** A checkpoint is not what its writer wrote; the message continues "checkpoint X is damaged:". */
final class DamagedException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedException(String message) {
    super(message);
  }

  DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
