package org.sscspark.data;

/**
 * A run of a worker's minibatches in one epoch.
 *
 * @param batch the examples of a minibatch; the last of a worker's epoch may have fewer
 * @param firstBatch the first minibatch, counted from the start of the worker's epoch
 * @param endBatch the minibatch after the last
 */
public record MinibatchPlan(EpochOrder order, int worker, int batch, int firstBatch, int endBatch) {
  public MinibatchPlan {
    if (batch < 1) {
      throw new IllegalArgumentException("Batch must be positive, was " + batch);
    }
    int batches = order.batches(worker, batch);
    if (firstBatch < 0 || endBatch < firstBatch || endBatch > batches) {
      throw new IllegalArgumentException(
          "Minibatches [%s, %s) are not among the %s of worker %s"
              .formatted(firstBatch, endBatch, batches, worker));
    }
  }

  /** Returns all minibatches of a worker's epoch. */
  public static MinibatchPlan epoch(EpochOrder order, int worker, int batch) {
    return new MinibatchPlan(order, worker, batch, 0, order.batches(worker, batch));
  }

  /** Returns the minibatches [firstBatch, endBatch) of this plan's worker and epoch. */
  public MinibatchPlan slice(int first, int end) {
    return new MinibatchPlan(order, worker, batch, first, end);
  }
}
