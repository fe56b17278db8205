package org.sscspark.data;

import java.util.Iterator;

/**
 * The minibatches of a {@link MinibatchPlan}, in order. What they hold depends on the data set, the
 * plan and the transform only.
 */
public interface TrainingBatches<B extends TrainingBatch> extends Iterator<B>, AutoCloseable {
  @Override
  void close();
}
