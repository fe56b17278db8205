package org.sscspark.data.raw;

import java.util.List;
import java.util.Optional;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/** What is known of a raw data set before its images are read. */
public interface RawDescription {
  /** Where this data set comes from. */
  DatasetSource source();

  /** The class names in the order of their labels, or empty if only the records tell. */
  Optional<List<String>> classes();

  /** The shape of every image if records hold raw pixels; empty if they hold encoded files. */
  default Optional<FeatureShape> rawShape() {
    return Optional.empty();
  }
}
