package org.sscspark.spark.dataset;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.PassedOver;
import org.sscspark.data.sharding.ShardingPlan;

/**
 * The data set that would be made.
 *
 * @param shape of its images
 * @param passedOver what of the raw data set is no image
 * @param warnings what the user should know, a sentence each
 */
public record ShardPreview(
    URI out,
    long images,
    ImageSizes shape,
    List<String> classes,
    int shards,
    List<PassedOver> passedOver,
    List<String> warnings) {
  public ShardPreview {
    classes = List.copyOf(classes);
    passedOver = List.copyOf(passedOver);
    warnings = List.copyOf(warnings);
  }

  static ShardPreview of(URI out, ShardingPlan plan) {
    return new ShardPreview(
        out,
        plan.examples(),
        plan.images().sizes(),
        plan.classes(),
        plan.shards(),
        plan.passedOver(),
        plan.warnings());
  }

  /** What would be done, and what would be passed over. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "would write %,d images of %s in %d classes to %d shards at %s%n",
            images,
            shape,
            classes.size(),
            shards,
            out));
    for (PassedOver kind : passedOver) {
      text.append(
          String.format(
              Locale.ROOT,
              "passed over %,d %s, as %s%n",
              kind.count(),
              kind.kind(),
              kind.example()));
    }
    return text.toString();
  }
}
