package org.sscspark.data;

/** The labelled images of one training step: in host memory, or where a replica keeps them. */
public sealed interface TrainingBatch permits Minibatch, CropBatch {
  /** The examples in this minibatch. */
  int count();
}
