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
    /** Of none, but how long all files are: they are stored, and resized when they are read. */
    LENGTHS,
    /** Of one of each part that can be decoded: all must have its size. */
    FIRST,
    /** Of all: each may keep its own. */
    ALL
  }

  /** Returns what must be known to shard a raw data set. */
  public static SizeQuestion of(RawDescription raw, ImageOptions options) {
    Extent extent = raw.rawShape().isPresent() ? Extent.NONE : ofFiles(options);
    return new SizeQuestion(extent, options.limits());
  }

  private static Extent ofFiles(ImageOptions options) {
    boolean resized = options.resize().isPresent();
    return switch (options.encoding()) {
      case RAW -> resized ? Extent.NONE : Extent.FIRST;
      case ENCODED -> resized ? Extent.LENGTHS : Extent.ALL;
    };
  }

  /** Whether another image must be read to answer. */
  public boolean isOpen(SizeSurvey survey) {
    return switch (extent) {
      case NONE -> false;
      case LENGTHS, ALL -> true;
      case FIRST -> survey.sizes() == null;
    };
  }

  /**
   * Returns a survey with one more image. Its header may lie, so one that speaks for others is
   * decoded.
   */
  public SizeSurvey add(SizeSurvey survey, RawRecord record) {
    return switch (extent) {
      case NONE -> survey;
      case LENGTHS -> survey.andLength(record);
      case FIRST -> survey.andDecoded(record, limits);
      case ALL -> survey.and(record);
    };
  }
}
