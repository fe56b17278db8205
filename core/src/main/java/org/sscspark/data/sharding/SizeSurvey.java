package org.sscspark.data.sharding;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageHeader;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.network.FeatureShape;

/**
 * What some image files say of their sizes.
 *
 * @param sizes of the images that have one, or null if none has
 * @param example the first of them
 * @param bytes the length of all files that were read
 * @param problem what is wrong with the first file without a size; empty if there is none
 */
public record SizeSurvey(ImageSizes sizes, String example, long bytes, String problem)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Returns the survey of no image. */
  public static SizeSurvey none() {
    return new SizeSurvey(null, "", 0, "");
  }

  /** Returns this survey with what the header of one more image says. */
  public SizeSurvey and(RawRecord record) {
    return and(of(record));
  }

  /** Returns this survey with the length of one more image alone. */
  SizeSurvey andLength(RawRecord record) {
    return new SizeSurvey(sizes, example, bytes + record.image().length, problem);
  }

  /** Returns this survey with the size of one more image, if it can be decoded. */
  SizeSurvey andDecoded(RawRecord record, ReadLimits limits) {
    SizeSurvey header = of(record);
    if (header.sizes != null) {
      try {
        ImageDecoder.original().withLimits(limits).decode(record.image());
      } catch (IOException | RuntimeException e) {
        // ImageIO's readers throw all kinds of runtime exceptions on corrupt files.
        return and(unusable(record, e));
      }
    }
    return and(header);
  }

  /** Returns what all surveys found, in their order. */
  static SizeSurvey of(List<SizeSurvey> surveys) {
    return surveys.stream().reduce(none(), SizeSurvey::and);
  }

  private static SizeSurvey of(RawRecord record) {
    try {
      if (!record.problem().isEmpty()) {
        throw new IOException(record.problem());
      }
      ImageHeader header = ImageHeader.of(record.image());
      if (3 * header.pixels() > Integer.MAX_VALUE) {
        throw new IOException("it is %sx%s".formatted(header.width(), header.height()));
      }
      FeatureShape shape = new FeatureShape(3, header.uprightHeight(), header.uprightWidth());
      return new SizeSurvey(ImageSizes.of(shape), record.where(), record.image().length, "");
    } catch (IOException e) {
      return unusable(record, e);
    }
  }

  private static SizeSurvey unusable(RawRecord record, Exception e) {
    String problem = "%s (%s)".formatted(record.where(), ImageDecoder.reason(e));
    return new SizeSurvey(null, "", record.image().length, problem);
  }

  /** Returns what both surveys found; this one came first. */
  private SizeSurvey and(SizeSurvey later) {
    boolean none = sizes == null;
    return new SizeSurvey(
        none || later.sizes == null ? (none ? later.sizes : sizes) : sizes.and(later.sizes),
        none ? later.example : example,
        bytes + later.bytes,
        problem.isEmpty() ? later.problem : problem);
  }
}
