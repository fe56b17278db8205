package org.sscspark.optimizer;

import java.io.Serializable;
import org.sscspark.config.Choice;
import org.sscspark.network.ParameterLayout;

/**
 * Something done to a minibatch's gradients before any optimizer sees them, and so before weight
 * decay: an element of the list {@code train.gradient-modifiers}.
 */
public interface GradientModifier extends Choice, Serializable {
  /**
   * Changes gradients in place.
   *
   * @param gradients of the loss by the trainable parameters
   * @param layout which parameters are weights or affine, and of which layer
   */
  void modify(float[] gradients, ParameterLayout layout);
}
