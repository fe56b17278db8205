package org.sscspark.checkpoint;

/** A checkpoint is not what its writer wrote, or is not the run's that it lies in. */
final class DamagedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean foreign;

  /**
   * Of one that is not what was written.
   *
   * @param message continues "checkpoint X is damaged:"
   */
  DamagedException(String message) {
    this(message, null);
  }

  /** As the other one. */
  DamagedException(String message, Throwable cause) {
    super(message, cause);
    foreign = false;
  }

  private DamagedException() {
    super("it is of another run");
    foreign = true;
  }

  /** Of one that is whole, and that another run has written. */
  static DamagedException foreign() {
    return new DamagedException();
  }

  /** What continues "checkpoint X is". */
  String fault() {
    return foreign ? "of another run" : "damaged: " + getMessage();
  }
}
