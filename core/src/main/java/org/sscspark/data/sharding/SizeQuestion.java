package org.sscspark.data.sharding;

import java.io.Serializable;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawDescription;
import org.sscspark.data.raw.RawRecord;

/**
 * Of which images the first pass must know the size.
 *
 * @param limits what is decoded at once
 */
public record SizeQuestion(Extent extent, ReadLimits limits) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of how many images. */
  enum Extent {
    /** Of none: the format gives it, or images are resized. */
    NONE,
    /** Of one of each part that can be decoded: all must have its size. */
    FIRST,
    /** Of all: each may keep its own. */
    ALL
  }

  /** Returns what must be known to shard a raw data set. */
  public static SizeQuestion of(RawDescription raw, ImageOptions options) {
    Extent extent =
        raw.rawShape().isPresent() || options.resize().isPresent()
            ? Extent.NONE
            : options.keepsSizes() ? Extent.ALL : Extent.FIRST;
    return new SizeQuestion(extent, options.limits());
  }

  /** Whether another image must be read to answer. */
  public boolean isOpen(SizeSurvey survey) {
    return extent == Extent.ALL || (extent == Extent.FIRST && survey.sizes() == null);
  }

  /**
   * Returns a survey with one more image. Its header may lie, so one that speaks for others is
   * decoded.
   */
  public SizeSurvey add(SizeSurvey survey, RawRecord record) {
    return extent == Extent.FIRST ? survey.andDecoded(record, limits) : survey.and(record);
  }
}
