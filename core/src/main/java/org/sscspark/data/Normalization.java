package org.sscspark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How a pixel becomes a network's input: {@code (pixel - mean) / std}, per channel, the pixel being
 * 0 to 255. A std of zero (a constant channel) counts as one.
 */
public record Normalization(List<Double> mean, List<Double> std) implements Serializable {
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != std.size()) {
      throw new IllegalArgumentException(mean.size() + " means but " + std.size() + " stds");
    }
  }

  /** Returns the normalisation by a data set's own statistics. */
  public static Normalization of(DatasetManifest manifest) {
    return new Normalization(manifest.mean(), manifest.std());
  }

  /** Returns the normalisation that maps 0..255 to 0..1. */
  public static Normalization unit(int channels) {
    return new Normalization(
        Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 255.0));
  }

  /** Returns the input value of each pixel value: [channel][0 .. 255]. */
  public float[][] tables() {
    float[][] tables = new float[mean.size()][];
    Arrays.setAll(tables, this::table);
    return tables;
  }

  /** Returns the input value of each pixel value 0..255 of a channel. */
  private float[] table(int channel) {
    double scale = std.get(channel) == 0 ? 1 : std.get(channel);
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = (float) ((pixel - mean.get(channel)) / scale);
    }
    return table;
  }
}
