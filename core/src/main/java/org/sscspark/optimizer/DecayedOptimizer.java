package org.sscspark.optimizer;

import org.sscspark.network.ParameterLayout;

/** An optimizer whose steps are a weight decay's and then a rule's, which knows of no decay. */
public interface DecayedOptimizer extends Optimizer {
  /** The coefficient of weights. */
  double weightDecay();

  /** The coefficient of biases and batch-norm scales and shifts. */
  double affineWeightDecay();

  /** The decay, coupled unless the optimizer says otherwise. */
  default WeightDecay decay() {
    return WeightDecay.coupled(weightDecay(), affineWeightDecay());
  }

  /**
   * Changes trainable parameters and state in place, by one step of the rule.
   *
   * @param parameters the first of them are trainable
   * @param gradients what the rule follows, coupled decay included
   * @param state of length {@link #stateSize}
   * @param trainable the number of trainable parameters
   * @param learningRate of this step
   * @param stepsBefore how many steps the state comes from; 0 if it is zeros at the start
   */
  void follow(
      float[] parameters,
      float[] gradients,
      float[] state,
      int trainable,
      double learningRate,
      long stepsBefore);

  @Override
  default void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      ParameterLayout layout,
      double learningRate,
      long stepsBefore) {
    decay().apply(parameters, gradients, layout, learningRate);
    follow(parameters, gradients, state, layout.trainableCount(), learningRate, stepsBefore);
  }
}
