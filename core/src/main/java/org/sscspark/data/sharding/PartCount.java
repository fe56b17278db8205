package org.sscspark.data.sharding;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.data.PassedOver;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawCount;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecords;

/**
 * What the first pass over a raw data set learns of one part.
 *
 * @param counts the records of each class
 * @param passedOver files that are no images
 * @param sizes what is known of the sizes of image files
 */
public record PartCount(TreeMap<String, Long> counts, List<PassedOver> passedOver, SizeSurvey sizes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Counts a part. If only the images tell their size, the first that can be decoded is looked at,
   * or the headers of all if each keeps its size.
   */
  public static PartCount of(
      Configuration configuration, RawDataset raw, RawPart part, SizeQuestion question)
      throws IOException {
    RawCount count = raw.count(configuration, part);
    SizeSurvey sizes = SizeSurvey.none();
    if (question.isOpen(sizes)) {
      try (RawRecords records = raw.open(configuration, part, RawContent.IMAGES)) {
        while (question.isOpen(sizes) && records.hasNext()) {
          sizes = question.add(sizes, records.next());
        }
      }
    }
    return new PartCount(new TreeMap<>(count.images()), count.passedOver(), sizes);
  }
}
