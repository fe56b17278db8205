package org.sscspark.data.sharding;

import org.sscspark.data.raw.RawDescription;

/** Of which images the first pass must know the size. */
public enum SizeQuestion {
  /** Of none: the format gives it, or images are resized. */
  NONE,
  /** Of one of each part: all must have its size. */
  FIRST,
  /** Of all: each may keep its own. */
  ALL;

  /** Returns what must be known to shard a raw data set. */
  public static SizeQuestion of(RawDescription raw, ImageOptions options) {
    if (raw.rawShape().isPresent() || options.resize().isPresent()) {
      return NONE;
    }
    return options.keepsSizes() ? ALL : FIRST;
  }

  /** Whether another header must be read to answer. */
  public boolean isOpen(SizeSurvey survey) {
    return this == ALL || (this == FIRST && survey.sizes() == null);
  }
}
