package org.sscspark.checkpoint;

import java.io.IOException;

/** Somebody else has committed a checkpoint of this name; theirs stays, ours is gone. */
public final class CheckpointConflictException extends IOException {
  private static final long serialVersionUID = 1L;

  CheckpointConflictException(String message) {
    super(message);
  }
}
