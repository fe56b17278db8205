package org.sscspark.data.sharding;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.network.FeatureShape;

/**
 * What the first pass over a raw data set learns of one part.
 *
 * @param counts the records of each class
 * @param sampleShape the shape of the first image, or null if the part is empty or the format gives
 *     the shape
 * @param sample where the first image is
 */
public record PartCount(TreeMap<String, Long> counts, FeatureShape sampleShape, String sample)
    implements Serializable {

  /** Counts a part, and looks at its first image if only the images tell their shape. */
  public static PartCount of(Configuration configuration, RawDataset raw, RawPart part)
      throws IOException {
    Map<String, Long> counts = raw.count(configuration, part);
    Optional<RawRecord> first = Optional.empty();
    if (raw.rawShape().isEmpty()) {
      try (RawRecords records = raw.open(configuration, part, RawContent.IMAGES)) {
        first = records.hasNext() ? Optional.of(records.next()) : Optional.empty();
      }
    }
    FeatureShape shape =
        first.map(r -> ImageDecoder.original().decode(r.image(), r.where()).shape()).orElse(null);
    return new PartCount(new TreeMap<>(counts), shape, first.map(RawRecord::where).orElse(""));
  }
}
