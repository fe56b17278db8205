package org.sscspark.config;

/**
 * Settings that no machine can meet, by themselves or with the data set: asked for again, they are
 * refused again. Any other refusal is of what there is, such as a file, memory or a GPU, and may be
 * over the next time.
 */
public final class UnmetSettingsException extends BadInputException {
  private static final long serialVersionUID = 1L;

  public UnmetSettingsException(String message) {
    super(message);
  }

  public UnmetSettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}
