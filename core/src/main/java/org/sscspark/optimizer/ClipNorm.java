package org.sscspark.optimizer;

import org.sscspark.config.Range;
import org.sscspark.network.ParameterLayout;

/**
 * Gradient clipping by global norm (Pascanu, Mikolov and Bengio, "On the difficulty of training
 * recurrent neural networks", ICML 2013): a gradient whose Euclidean norm over all trainable
 * parameters exceeds {@code maxNorm} is scaled to it. The norm is summed in double precision, in
 * order.
 *
 * @param maxNorm the largest norm, positive
 */
public record ClipNorm(double maxNorm) implements GradientModifier {
  private static final long serialVersionUID = 1L;

  /** Clips at norm 1. */
  public ClipNorm() {
    this(1);
  }

  public ClipNorm {
    Range.POSITIVE.checkSingle("max-norm", maxNorm);
  }

  @Override
  public String type() {
    return "clip-norm";
  }

  @Override
  public void modify(float[] gradients, ParameterLayout layout) {
    int trainable = layout.trainableCount();
    double norm = Norms.euclidean(gradients, 0, trainable);
    if (norm > maxNorm) {
      double scale = maxNorm / norm;
      for (int i = 0; i < trainable; i++) {
        gradients[i] = (float) (gradients[i] * scale);
      }
    }
  }
}
