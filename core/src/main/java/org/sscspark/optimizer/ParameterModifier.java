package org.sscspark.optimizer;

import java.io.Serializable;
import org.sscspark.config.Choice;
import org.sscspark.network.ParameterLayout;

/**
 * Something done to parameters after each step of an optimizer, whatever the optimizer: an element
 * of the list {@code train.parameter-modifiers}. It remembers nothing.
 */
public interface ParameterModifier extends Choice, Serializable {
  /**
   * Changes parameters in place.
   *
   * @param parameters as the optimizer's step left them; running statistics are not changed
   * @param gradients of the loss by the trainable parameters, as the optimizer was given them:
   *     without decay
   * @param layout which parameters are weights or affine, and of which layer
   * @param learningRate of this step
   */
  void modify(float[] parameters, float[] gradients, ParameterLayout layout, double learningRate);
}
