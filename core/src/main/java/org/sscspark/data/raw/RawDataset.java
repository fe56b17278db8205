package org.sscspark.data.raw;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * A raw data set of files: parts that can be read independently, each a sequence of records. The
 * parts and the order of their records do not depend on who reads them.
 */
public interface RawDataset extends RawDescription, Serializable {
  /** The parts, in order. */
  List<RawPart> parts();

  /**
   * Opens a part.
   *
   * @throws org.sscspark.config.BadInputException if it is missing or damaged; reading records
   *     throws the same
   */
  RawRecords open(Configuration configuration, RawPart part, RawContent content) throws IOException;

  /**
   * Counts the records of a part, after which reading it finds no damage but that of images.
   *
   * @throws org.sscspark.config.BadInputException if it is missing or damaged
   */
  default RawCount count(Configuration configuration, RawPart part) throws IOException {
    SortedMap<String, Long> counts = new TreeMap<>();
    try (RawRecords records = open(configuration, part, RawContent.LABELS)) {
      while (records.hasNext()) {
        counts.merge(records.next().className(), 1L, Long::sum);
      }
    }
    return new RawCount(counts, List.of());
  }
}
