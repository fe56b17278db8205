package org.sscspark.data.augmentation;

import org.sscspark.network.FeatureShape;
import org.sscspark.random.RandomStream;

/**
 * CutMix (Yun et al., ICCV 2019): a rectangle of the neighbour is pasted into every image, at one
 * place of the minibatch, and targets are mixed by its area, of which Beta(alpha, alpha) decides.
 * What of the rectangle lies outside the image is not counted.
 *
 * @param alpha of the distribution
 * @param probability of a minibatch to be mixed
 */
public record Cutmix(double alpha, double probability) implements MinibatchChange {
  private static final long serialVersionUID = 1L;

  /** The strength and probability for CIFAR. */
  public Cutmix() {
    this(1, 0.5);
  }

  public Cutmix {
    Shares.check(alpha, probability);
  }

  @Override
  public String type() {
    return "cutmix";
  }

  @Override
  public void change(Blend minibatch, RandomStream random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    FeatureShape shape = minibatch.shape();
    double side = Math.sqrt(1 - Beta.draw(alpha, random));
    int height = (int) (shape.height() * side);
    int width = (int) (shape.width() * side);
    int y = random.nextInt(shape.height());
    int x = random.nextInt(shape.width());
    int top = Math.max(0, y - height / 2);
    int left = Math.max(0, x - width / 2);
    int bottom = Math.min(shape.height(), y + (height + 1) / 2);
    int right = Math.min(shape.width(), x + (width + 1) / 2);
    if (bottom > top && right > left) {
      minibatch.with(new Region(top, left, bottom - top, right - left), 0);
    }
  }
}
