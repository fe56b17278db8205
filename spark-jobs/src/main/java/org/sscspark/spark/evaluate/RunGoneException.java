package org.sscspark.spark.evaluate;

import org.sscspark.config.BadInputException;

/** A run of which a checkpoint was found has none to use any more. */
final class RunGoneException extends BadInputException {
  private static final long serialVersionUID = 1L;

  RunGoneException(BadInputException cause) {
    super(cause.getMessage(), cause);
  }
}
