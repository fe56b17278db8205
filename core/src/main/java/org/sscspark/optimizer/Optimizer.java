package org.sscspark.optimizer;

import java.io.Serializable;
import java.util.Optional;
import org.sscspark.config.Choice;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * A rule that changes parameters by their gradients: section {@code train.optimizer}. An optimizer
 * is a record of settings only, weight decay among them; what it remembers between steps is a flat
 * state vector of the caller, zero at the start. Its {@link #step} is the definition of the rule,
 * whatever engine computed the gradients.
 */
public interface Optimizer extends Choice, Serializable {
  /** The length of the state. */
  int stateSize(ParameterLayout layout);

  /**
   * Changes parameters and state in place, by one step.
   *
   * @param parameters all of a network; running statistics are not changed
   * @param gradients of the loss by the trainable parameters; may be overwritten
   * @param state of length {@link #stateSize}
   * @param layout which parameters are weights or affine, and of which layer
   * @param learningRate of this step
   * @param stepsBefore how many steps the state comes from; 0 if it is zeros at the start
   */
  void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      ParameterLayout layout,
      double learningRate,
      long stepsBefore);

  /**
   * The state for the same network with fewer or other weights, after weights were pruned or moved:
   * values of parameters that both layouts have are copied, and those of new weights start at zero.
   * Where a state is not vectors of the trainable length one after the other, {@code [a | b]}, its
   * optimizer says here what becomes of it.
   *
   * @param state of length {@link #stateSize} for the layout before
   * @param before the layout of the weights that there were
   * @param after the layout of those that there are now
   */
  default float[] carriedState(float[] state, ParameterLayout before, ParameterLayout after) {
    return after.carriedTrainable(before, state);
  }

  /**
   * The same step for a replica that keeps parameters and state where it computes; empty if only
   * {@link #step} can take it, always or never.
   */
  default Optional<ParameterUpdate> residentStep(double learningRate, long stepsBefore) {
    return Optional.empty();
  }
}
