package org.sscspark.spark.bench;

import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;

/** What a stand-in for another framework has to say to be believed. */
public final class FirstLosses {
  private FirstLosses() {}

  /** The losses of the lane engine's first two steps, as JSON. */
  public static String of(String model, double width, int batch) {
    return PeerJob.of(ModelZoo.named(model, new FeatureShape(3, 32, 32), 10, width), batch, 1)
        .losses()
        .toString();
  }
}
