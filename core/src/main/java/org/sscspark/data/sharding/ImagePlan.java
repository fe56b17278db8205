package org.sscspark.data.sharding;

import java.io.Serializable;
import java.util.List;
import org.sscspark.config.BadInputException;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawDescription;
import org.sscspark.network.FeatureShape;

/**
 * What becomes of each image on its way into a shard.
 *
 * @param files whether the raw data set holds image files rather than pixels
 * @param resize whether image files are scaled and cut
 * @param skipCorrupt whether images that cannot be decoded are left out
 * @param sizes of all images afterwards, those included that are not in the data set in the end
 */
public record ImagePlan(
    boolean files,
    ImageEncoding encoding,
    boolean resize,
    boolean skipCorrupt,
    ReadLimits limits,
    ImageSizes sizes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final String RESIZE =
      "pass --resize to make them one size, or --encoding encoded to keep each as it is";

  /**
   * Plans what becomes of the images.
   *
   * @param surveys what is known of the images' sizes, part by part
   * @throws BadInputException if sizes differ or an option does not fit
   */
  static ImagePlan of(RawDescription raw, List<SizeSurvey> surveys, ImageOptions options) {
    if (raw.rawShape().isPresent()
        && (options.encoding() == ImageEncoding.ENCODED || options.resize().isPresent())) {
      throw new BadInputException(
          "Format %s holds raw pixels; leave out --encoding and --resize"
              .formatted(raw.source().format()));
    }
    return new ImagePlan(
        raw.rawShape().isEmpty(),
        options.encoding(),
        options.resize().isPresent(),
        options.skipCorrupt(),
        options.limits(),
        raw.rawShape().map(ImageSizes::of).orElseGet(() -> sizes(raw, surveys, options)));
  }

  private static ImageSizes sizes(
      RawDescription raw, List<SizeSurvey> surveys, ImageOptions options) {
    if (options.resize().isPresent()) {
      int side = options.resize().getAsInt();
      return ImageSizes.of(new FeatureShape(3, side, side));
    }
    SizeSurvey all = SizeSurvey.of(surveys);
    if (all.sizes() == null) {
      throw new BadInputException(
          all.problem().isEmpty()
              ? raw.source().location() + " holds no images"
              : "No image of %s can be decoded; the first is %s"
                  .formatted(raw.source().location(), all.problem()));
    }
    if (!options.keepsSizes()) {
      requireOne(surveys.stream().filter(part -> part.sizes() != null).toList());
    }
    return all.sizes();
  }

  private static void requireOne(List<SizeSurvey> parts) {
    FeatureShape first = parts.get(0).sizes().shape();
    for (SizeSurvey part : parts) {
      FeatureShape shape = part.sizes().shape();
      if (!shape.equals(first)) {
        throw new BadInputException(part.example() + " " + otherSize(shape, first) + "; " + RESIZE);
      }
    }
  }

  /** What is said of an image that has another size than the others. */
  static String otherSize(FeatureShape found, FeatureShape expected) {
    return "is %sx%s, but other images are %sx%s"
        .formatted(found.width(), found.height(), expected.width(), expected.height());
  }
}
