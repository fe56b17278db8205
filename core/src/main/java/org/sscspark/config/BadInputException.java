package org.sscspark.config;

/**
 * What a user gave cannot be used: a path, a file, a key or a value. The message is one line that
 * names the thing, says what is wrong and what would be right; the command line prints it without a
 * stack trace and exits with code 2.
 */
public class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(message);
  }

  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
