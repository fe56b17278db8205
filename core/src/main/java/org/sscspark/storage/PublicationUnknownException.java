package org.sscspark.storage;

import java.io.IOException;

/**
 * Something may or may not have been published: the rename failed, and so did looking, or what is
 * there may be a part of it. Nothing was deleted.
 */
public final class PublicationUnknownException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what to do. */
  public PublicationUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
