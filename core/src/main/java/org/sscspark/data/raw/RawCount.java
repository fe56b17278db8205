package org.sscspark.data.raw;

import java.util.List;
import java.util.SortedMap;
import org.sscspark.data.PassedOver;

/**
 * What a part of a raw data set holds.
 *
 * @param images the images of each class; a class that is empty may be listed
 * @param passedOver files that are no images
 */
public record RawCount(SortedMap<String, Long> images, List<PassedOver> passedOver) {
  /** The same, with more that is passed over. */
  RawCount with(List<PassedOver> more) {
    PassedOverTally all = new PassedOverTally();
    all.addAll(passedOver);
    all.addAll(more);
    return new RawCount(images, all.kinds());
  }
}
