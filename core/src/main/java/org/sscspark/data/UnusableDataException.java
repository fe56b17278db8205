package org.sscspark.data;

import org.sscspark.config.BadInputException;

/**
 * Stored data are missing or damaged. Once they are back, the same settings go well: it says
 * nothing of those.
 */
public final class UnusableDataException extends BadInputException {
  private static final long serialVersionUID = 1L;

  UnusableDataException(String message) {
    super(message);
  }

  UnusableDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
