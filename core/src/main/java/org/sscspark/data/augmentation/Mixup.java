package org.sscspark.data.augmentation;

import org.sscspark.network.FeatureShape;
import org.sscspark.random.RandomStream;

/**
 * Mixup (Zhang et al., ICLR 2018): every image and its target mixed with the neighbour's by one
 * share of the minibatch, drawn from Beta(alpha, alpha).
 *
 * @param alpha of the distribution
 * @param probability of a minibatch to be mixed
 */
public record Mixup(double alpha, double probability) implements MinibatchChange {
  private static final long serialVersionUID = 1L;

  /** The usual strength for ImageNet. */
  public Mixup() {
    this(0.2, 1);
  }

  public Mixup {
    Shares.check(alpha, probability);
  }

  @Override
  public String type() {
    return "mixup";
  }

  @Override
  public void change(Blend minibatch, RandomStream random) {
    if (random.nextDouble() < probability) {
      FeatureShape shape = minibatch.shape();
      minibatch.with(new Region(0, 0, shape.height(), shape.width()), Beta.draw(alpha, random));
    }
  }
}
