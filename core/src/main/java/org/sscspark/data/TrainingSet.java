package org.sscspark.data;

/** A data set from which one replica is trained. */
public interface TrainingSet {
  /** Opens the minibatches of a plan. */
  TrainingBatches<?> open(MinibatchPlan plan);
}
