package org.sscspark.spark.trial;

import java.util.List;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.FeatureShape;

/**
 * Which data set, without its images.
 *
 * @param sha256 of its content
 */
public record ImageSet(
    String name, long examples, String sha256, FeatureShape shape, List<String> classes) {
  public ImageSet {
    classes = List.copyOf(classes);
  }

  /** The set that a manifest describes. */
  public static ImageSet of(DatasetManifest manifest) {
    return new ImageSet(
        manifest.name(),
        manifest.examples(),
        manifest.contentSha256(),
        manifest.shape(),
        manifest.classes());
  }
}
