package org.sscspark.training;

import java.io.Serializable;
import org.sscspark.engine.ParameterUpdate;

/**
 * A rule that changes parameters by their gradients. An updater holds settings only; what it
 * remembers between steps is a flat {@code state} vector of the caller, zero at the start, laid out
 * as DL4J lays out the updater state of one block of parameters, so that a model zip's updater
 * state goes on in DL4J. Arithmetic is that of ND4J's updaters in single precision.
 */
public sealed interface Updater extends Serializable permits Nesterov, Adam, Sgd {
  /** The length of the state for this many trainable parameters. */
  int stateSize(int trainable);

  /**
   * Changes parameters and state in place, by one step.
   *
   * @param parameters only the first {@code trainable} are read and changed
   * @param gradients of the parameters; not changed
   * @param state of length {@code stateSize(trainable)}
   * @param trainable the number of trainable parameters
   * @param learningRate of this step
   * @param iteration the global count of steps before this one
   */
  void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      int trainable,
      double learningRate,
      long iteration);

  /** The same step, for a replica that takes it itself. */
  ParameterUpdate update(double learningRate, long iteration);
}
