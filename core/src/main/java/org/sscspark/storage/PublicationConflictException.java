package org.sscspark.storage;

import java.io.IOException;

/** Somebody else has published at this place; theirs stays, ours is gone. */
public final class PublicationConflictException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what to do. */
  public PublicationConflictException(String message) {
    super(message);
  }
}
