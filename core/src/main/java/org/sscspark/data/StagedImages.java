package org.sscspark.data;

import java.util.List;
import org.sscspark.data.augmentation.PixelChange;
import org.sscspark.data.augmentation.Pixels;
import org.sscspark.data.augmentation.Region;
import org.sscspark.data.augmentation.RegionChoice;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;

/**
 * Bytes of a minibatch's images that are changed before they are written into lanes: a part is
 * chosen and scaled, cropped and mirrored, and pixels are changed. Images that nothing but crops
 * and flips changes need none of it. Everything is allocated once.
 */
final class StagedImages {
  private final FeatureShape shape;
  private final Augmentation augmentation;
  private final List<RegionChoice> region;
  private final List<PixelChange> changes;
  private final ChangeStreams regionStreams;
  private final ChangeStreams changeStreams;
  private final byte[] staged;
  private final byte[] scaled;
  private final Pixels pixels;

  StagedImages(ImageTransform transform, FeatureShape shape, int capacity) {
    this.shape = shape;
    this.augmentation = transform.augmentation();
    this.region = augmentation.region().stream().toList();
    this.changes = augmentation.pixelChanges();
    this.regionStreams = new ChangeStreams(Purpose.AUGMENTATION, region);
    this.changeStreams = new ChangeStreams(Purpose.AUGMENTATION, changes);
    this.staged = new byte[Math.multiplyExact(capacity, shape.size())];
    this.scaled = new byte[shape.size()];
    this.pixels =
        new Pixels(
            shape,
            transform.normalization().mean().stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Whether there is anything for which bytes have to be staged. */
  static boolean isNeededFor(Augmentation augmentation) {
    return augmentation.region().isPresent() || !augmentation.pixelChanges().isEmpty();
  }

  /** The images [capacity, channels, height, width]. */
  byte[] bytes() {
    return staged;
  }

  /**
   * Changes an image of the network's shape and stages it as image n.
   *
   * @param source holds the image from {@code offset} on
   * @param draw the example's random bits
   */
  void stage(int n, byte[] source, int offset, long draw) {
    if (region.isEmpty()) {
      stageWhole(n, source, offset, draw);
    } else {
      scale(
          source,
          offset,
          region.get(0).region(shape.height(), shape.width(), regionStreams.at(0, draw)));
      stageWhole(n, scaled, 0, draw);
    }
  }

  /** As {@link #stage}, of an image whose part was chosen already. */
  void stageWhole(int n, byte[] source, int offset, long draw) {
    int first = n * shape.size();
    int down = augmentation.down(draw);
    int right = augmentation.right(draw);
    boolean mirrored = augmentation.mirrored(draw);
    int target = first;
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int y = 0; y < shape.height(); y++) {
        int row = y + down;
        int start = offset + (channel * shape.height() + row) * shape.width();
        for (int x = 0; x < shape.width(); x++) {
          int column = (mirrored ? shape.width() - 1 - x : x) + right;
          boolean inside =
              row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
          staged[target++] = inside ? source[start + column] : 0;
        }
      }
    }
    pixels.at(staged, first);
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).change(pixels, changeStreams.at(i, draw));
    }
  }

  /** Bilinear, between the centres of pixels; a region is never larger than the image. */
  private void scale(byte[] source, int offset, Region part) {
    double down = (double) part.height() / shape.height();
    double right = (double) part.width() / shape.width();
    int target = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      int plane = offset + channel * shape.height() * shape.width();
      for (int y = 0; y < shape.height(); y++) {
        double v = clamp((y + 0.5) * down - 0.5, part.height());
        int row = (int) v;
        int above = plane + (part.top() + row) * shape.width() + part.left();
        int below = row + 1 < part.height() ? above + shape.width() : above;
        for (int x = 0; x < shape.width(); x++) {
          double u = clamp((x + 0.5) * right - 0.5, part.width());
          int column = (int) u;
          int next = column + 1 < part.width() ? column + 1 : column;
          double left = u - column;
          double upper = mix(source[above + column], source[above + next], left);
          double lower = mix(source[below + column], source[below + next], left);
          scaled[target++] = (byte) Math.rint(upper + (v - row) * (lower - upper));
        }
      }
    }
  }

  private static double clamp(double place, int size) {
    return Math.max(0, Math.min(size - 1, place));
  }

  private static double mix(byte from, byte to, double share) {
    return (from & 0xFF) + share * ((to & 0xFF) - (from & 0xFF));
  }
}
