package org.sscspark.training;

import java.io.Serializable;

/**
 * The best evaluation of a run so far.
 *
 * @param accuracy on the evaluation set, in [0, 1]
 * @param globalRound the complete rounds when it was reached
 */
public record BestScore(double accuracy, long globalRound) implements Serializable {
  private static final long serialVersionUID = 1L;
}
