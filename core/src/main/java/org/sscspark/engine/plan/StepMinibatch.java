package org.sscspark.engine.plan;

import org.sscspark.engine.BatchNormMode;

/** The minibatch of the current step, which all steps of a replica ask for. */
public abstract class StepMinibatch {
  private int count;
  private BatchNormMode mode = BatchNormMode.RUNNING;

  /** Begins a step. */
  public void set(int examples, BatchNormMode normMode) {
    count = examples;
    mode = normMode;
  }

  /** The number of examples; zero before the first step. */
  public final int count() {
    return count;
  }

  /** Which statistics batch norms take. */
  public final BatchNormMode mode() {
    return mode;
  }
}
