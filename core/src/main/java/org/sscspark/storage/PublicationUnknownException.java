package org.sscspark.storage;

import java.io.IOException;

/**
 * Something may or may not have been published: the rename failed, and so did looking. Nothing was
 * deleted; the next reader finds either state whole.
 */
public final class PublicationUnknownException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what to do. */
  public PublicationUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
