package org.sscspark.checkpoint;

import java.io.IOException;

/**
 * A checkpoint may or may not have been committed: the commit failed, and so did looking. Nothing
 * was deleted; the next reader finds either state whole.
 */
public final class CheckpointStateUnknownException extends IOException {
  private static final long serialVersionUID = 1L;

  CheckpointStateUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
