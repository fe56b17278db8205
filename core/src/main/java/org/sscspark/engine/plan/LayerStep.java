package org.sscspark.engine.plan;

/** A step with weights: its two gradients can be computed apart. */
public interface LayerStep extends Step {
  /** Computes the gradients of weights and biases. */
  void backwardParameters();

  /** Computes the gradient of the input. */
  void backwardInput();

  @Override
  default void backward() {
    backwardParameters();
    backwardInput();
  }
}
