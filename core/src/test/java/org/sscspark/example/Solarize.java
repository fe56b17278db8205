package org.sscspark.example;

import org.sscspark.data.augmentation.PixelChange;
import org.sscspark.data.augmentation.Pixels;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.RandomStream;

/** An augmentation of a researcher's own: bright pixels of half of the images are inverted. */
public record Solarize(int threshold) implements PixelChange {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public Solarize() {
    this(128);
  }

  @Override
  public String type() {
    return "solarize";
  }

  @Override
  public void change(Pixels image, RandomStream random) {
    if (random.nextDouble() < 0.5) {
      return;
    }
    FeatureShape shape = image.shape();
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int pixel = image.get(channel, y, x);
          image.set(channel, y, x, pixel < threshold ? pixel : 255 - pixel);
        }
      }
    }
  }
}
