package org.sscspark.data.augmentation;

import java.util.List;
import org.sscspark.random.RandomStream;

/**
 * A part of the image of random area and ratio, scaled to the network's input (Szegedy et al., CVPR
 * 2015), by torchvision's rules: ten tries of an area drawn evenly and a ratio of width to height
 * drawn evenly by its logarithm; then the largest part in the middle whose ratio is allowed.
 *
 * @param area least and largest share of the image
 * @param ratio least and largest width over height
 */
public record RandomResizedCrop(List<Double> area, List<Double> ratio) implements RegionChoice {
  private static final long serialVersionUID = 1L;
  private static final int TRIES = 10;

  /** Torchvision's ranges. */
  public RandomResizedCrop() {
    this(List.of(0.08, 1.0), List.of(3.0 / 4, 4.0 / 3));
  }

  public RandomResizedCrop {
    area = List.copyOf(area);
    ratio = List.copyOf(ratio);
    requireRange("area", area, 1);
    requireRange("ratio", ratio, Double.MAX_VALUE);
  }

  private static void requireRange(String key, List<Double> range, double most) {
    if (range.size() != 2
        || !(range.get(0) > 0 && range.get(0) <= range.get(1) && range.get(1) <= most)) {
      throw new IllegalArgumentException(
          key + " is " + range + ": it must be [least, largest], both positive");
    }
  }

  @Override
  public String type() {
    return "random-resized-crop";
  }

  @Override
  public Region region(int height, int width, RandomStream random) {
    double least = StrictMath.log(ratio.get(0));
    double span = StrictMath.log(ratio.get(1)) - least;
    for (int tried = 0; tried < TRIES; tried++) {
      double pixels =
          (double) height
              * width
              * (area.get(0) + random.nextDouble() * (area.get(1) - area.get(0)));
      double shape = StrictMath.exp(least + random.nextDouble() * span);
      int w = (int) Math.rint(Math.sqrt(pixels * shape));
      int h = (int) Math.rint(Math.sqrt(pixels / shape));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        return new Region(top, left, h, w);
      }
    }
    double own = (double) width / height;
    int w = own > ratio.get(1) ? (int) Math.rint(height * ratio.get(1)) : width;
    int h = own < ratio.get(0) ? (int) Math.rint(width / ratio.get(0)) : height;
    return new Region((height - h) / 2, (width - w) / 2, Math.max(1, h), Math.max(1, w));
  }
}
