package org.sscspark.data.sharding;

import java.util.OptionalInt;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ReadLimits;

/**
 * What a user decides about image files.
 *
 * @param encoding what shards hold
 * @param resize the height and width that image files are scaled and cut to, or empty to keep them
 * @param skipCorrupt whether images that cannot be decoded are left out, with a list of them
 * @param limits how much one image may take
 */
public record ImageOptions(
    ImageEncoding encoding, OptionalInt resize, boolean skipCorrupt, ReadLimits limits) {
  public ImageOptions {
    if (resize.isPresent()) {
      limits.requireSide("--resize", resize.getAsInt());
    }
  }

  /** Returns the options that store pixels of images that have one size, all of them sound. */
  public static ImageOptions pixels() {
    return new ImageOptions(ImageEncoding.RAW, OptionalInt.empty(), false, ReadLimits.standard());
  }

  /** Returns these options with an encoding. */
  public ImageOptions withEncoding(ImageEncoding other) {
    return new ImageOptions(other, resize, skipCorrupt, limits);
  }

  /** Returns these options with a size that images are made. */
  public ImageOptions withResize(int side) {
    return new ImageOptions(encoding, OptionalInt.of(side), skipCorrupt, limits);
  }

  /** Returns these options, leaving out images that cannot be decoded. */
  public ImageOptions skippingCorrupt() {
    return new ImageOptions(encoding, resize, true, limits);
  }

  /** Returns these options with limits. */
  public ImageOptions withLimits(ReadLimits other) {
    return new ImageOptions(encoding, resize, skipCorrupt, other);
  }

  /** Whether every image keeps its file and its size. */
  boolean keepsSizes() {
    return encoding == ImageEncoding.ENCODED && resize.isEmpty();
  }
}
