package org.sscspark.spark.trial;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.FeatureShape;

/**
 * Which data set, without its images.
 *
 * @param sha256 of its content
 * @param decoding the way in which its files become pixels; 0 where it holds pixels, and in plans
 *     of programs that did not say
 */
public record ImageSet(
    String name,
    long examples,
    String sha256,
    FeatureShape shape,
    List<String> classes,
    int decoding) {
  public ImageSet {
    Objects.requireNonNull(sha256, "a data set's sha256 is missing");
    Objects.requireNonNull(shape, "a data set's shape is missing");
    classes = List.copyOf(classes);
  }

  /** A set of pixels. */
  public ImageSet(
      String name, long examples, String sha256, FeatureShape shape, List<String> classes) {
    this(name, examples, sha256, shape, classes, 0);
  }

  /** The set that a manifest describes. */
  public static ImageSet of(DatasetManifest manifest) {
    return new ImageSet(
        manifest.name(),
        manifest.examples(),
        manifest.contentSha256(),
        manifest.shape(),
        manifest.classes(),
        manifest.decoding().orElse(0));
  }

  /**
   * Adds to what is recorded of data sets what its images and classes are, and how its files become
   * pixels, if it holds files.
   */
  public void recordMeaning(String role, SortedMap<String, String> data) {
    RunRecord.putMeaning(role, shape, classes, data);
    if (decoding > 0) {
      data.put(role + RunRecord.DECODING, Integer.toString(decoding));
    }
  }
}
