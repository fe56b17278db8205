package org.sscspark.data.augmentation;

import org.sscspark.network.FeatureShape;
import org.sscspark.random.RandomStream;

/**
 * Colour jitter as in torchvision, without hue: brightness, contrast and saturation are multiplied
 * by factors drawn evenly from [max(0, 1 - s), 1 + s], in this order; of images without three
 * channels saturation stays.
 */
public record ColorJitter(double brightness, double contrast, double saturation)
    implements PixelChange {
  private static final long serialVersionUID = 1L;

  /** The usual strength for ImageNet. */
  public ColorJitter() {
    this(0.4, 0.4, 0.4);
  }

  public ColorJitter {
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0)) {
      throw new IllegalArgumentException(
          "brightness, contrast and saturation must not be negative, were %s, %s and %s"
              .formatted(brightness, contrast, saturation));
    }
  }

  @Override
  public String type() {
    return "color-jitter";
  }

  @Override
  public void change(Pixels image, RandomStream random) {
    double light = factor(brightness, random);
    double range = factor(contrast, random);
    double color = factor(saturation, random);
    towards(image, light, false, 0);
    towards(image, range, false, meanLuma(image));
    if (image.shape().channels() == 3) {
      towards(image, color, true, 0);
    }
  }

  private static double factor(double strength, RandomStream random) {
    double least = Math.max(0, 1 - strength);
    return least + random.nextDouble() * (1 + strength - least);
  }

  /** Moves pixels away from a grey, or from their own luma. */
  private static void towards(Pixels image, double factor, boolean own, double grey) {
    FeatureShape shape = image.shape();
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        double from = own ? luma(image, y, x) : grey;
        for (int channel = 0; channel < shape.channels(); channel++) {
          image.set(channel, y, x, factor * image.get(channel, y, x) + (1 - factor) * from);
        }
      }
    }
  }

  private static double meanLuma(Pixels image) {
    double sum = 0;
    for (int y = 0; y < image.shape().height(); y++) {
      for (int x = 0; x < image.shape().width(); x++) {
        sum += luma(image, y, x);
      }
    }
    return sum / (image.shape().height() * image.shape().width());
  }

  /** ITU-R BT.601. */
  private static double luma(Pixels image, int y, int x) {
    return image.shape().channels() == 3
        ? 0.299 * image.get(0, y, x) + 0.587 * image.get(1, y, x) + 0.114 * image.get(2, y, x)
        : image.get(0, y, x);
  }
}
