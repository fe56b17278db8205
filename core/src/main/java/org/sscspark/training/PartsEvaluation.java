package org.sscspark.training;

import java.io.Serializable;
import java.util.List;

/**
 * What a network answers on successive parts of a data set, small enough to be sent: of the
 * confusion matrix what is not zero, which is no more than there are examples. Counts of all parts
 * are added up; losses are not, for their sum depends on the order in its last bits.
 *
 * @param cells those of the confusion matrix that are not zero, row by row
 * @param topFive examples whose class is among the five largest logits
 * @param lossSums of each part the sum over its examples of the cross-entropy
 */
public record PartsEvaluation(List<Cell> cells, long topFive, List<Double> lossSums)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * How often a class was answered for a class.
   *
   * @param label the class of the examples
   * @param answer the class with their largest logit
   */
  public record Cell(int label, int answer, long examples) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  public PartsEvaluation {
    cells = List.copyOf(cells);
    lossSums = List.copyOf(lossSums);
  }
}
