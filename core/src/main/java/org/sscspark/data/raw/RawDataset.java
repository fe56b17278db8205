package org.sscspark.data.raw;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/**
 * A raw data set: parts that can be read independently, each a sequence of records. The parts and
 * the order of their records do not depend on who reads them.
 */
public interface RawDataset extends Serializable {
  /** Where this data set comes from. */
  DatasetSource source();

  /** The class names in the order of their labels, or empty if only the records tell. */
  Optional<List<String>> classes();

  /** The shape of every image if records hold raw pixels; empty if they hold encoded files. */
  Optional<FeatureShape> rawShape();

  /** The parts, in order. */
  List<RawPart> parts();

  /**
   * Opens a part.
   *
   * @throws org.sscspark.config.BadInputException if it is missing or damaged; reading records
   *     throws the same
   */
  RawRecords open(Configuration configuration, RawPart part, RawContent content) throws IOException;

  /** Returns how many records of each class a part has; a class that is empty may be listed. */
  default Map<String, Long> count(Configuration configuration, RawPart part) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    try (RawRecords records = open(configuration, part, RawContent.LABELS)) {
      while (records.hasNext()) {
        counts.merge(records.next().className(), 1L, Long::sum);
      }
    }
    return counts;
  }
}
