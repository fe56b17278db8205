package org.sscspark.data.raw;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;
import org.sscspark.storage.Sha256;

/** Draws tinted gratings with noise. */
record Gratings(FeatureShape shape, int classes, long seed, String split) {
  private static final double ORIENTATION_JITTER = 0.25;
  private static final double TINT_JITTER = 0.6;
  private static final double NOISE = 30;

  /**
   * Splits that are called as most are; they have the images that they always had, by a hash that
   * is not one for each name.
   */
  private static final Set<String> USUAL = Set.of("", "train", "test", "val", "validation");

  /** Returns the image [channels, height, width] of an example. */
  byte[] image(long id, int label) {
    RandomStream random = RandomStream.of(seed, Purpose.SYNTHETIC_IMAGE, splitKey(), id);
    double orientation = Math.PI * (label + ORIENTATION_JITTER * random.nextGaussian()) / classes;
    double wavelength = 4 + 4 * random.nextDouble();
    double phase = 2 * Math.PI * random.nextDouble();
    double contrast = 30 + 40 * random.nextDouble();
    double brightness = 108 + 40 * random.nextDouble();
    // Neighbouring orientations get distant tints.
    double tint = 2 * Math.PI * (label * 0.381966 % 1) + TINT_JITTER * random.nextGaussian();
    double saturation = 10 + 15 * random.nextDouble();
    byte[] pixels = new byte[shape.size()];
    double[][] along = waves(shape.width(), StrictMath.cos(orientation), wavelength, phase);
    double[][] down = waves(shape.height(), StrictMath.sin(orientation), wavelength, 0);
    int at = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      double level =
          brightness
              + saturation
                  * StrictMath.cos(tint - 2 * Math.PI * channel / Math.max(3, shape.channels()));
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          double wave = along[0][x] * down[1][y] + along[1][x] * down[0][y];
          double value = level + contrast * wave + NOISE * noise(random);
          pixels[at++] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
      }
    }
    return pixels;
  }

  private long splitKey() {
    return USUAL.contains(split)
        ? split.hashCode()
        : Long.parseUnsignedLong(
            Sha256.of(split.getBytes(StandardCharsets.UTF_8)).substring(0, 16), 16);
  }

  /** Returns sines and cosines of the phase along one axis; sin(a + b) is made of them. */
  private static double[][] waves(int length, double slope, double wavelength, double phase) {
    double[][] waves = new double[2][length];
    for (int i = 0; i < length; i++) {
      double angle = 2 * Math.PI * slope * i / wavelength + phase;
      waves[0][i] = StrictMath.sin(angle);
      waves[1][i] = StrictMath.cos(angle);
    }
    return waves;
  }

  /** Returns nearly normal noise of variance one: the sum of four uniform numbers. */
  private static double noise(RandomStream random) {
    long bits = random.nextLong();
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum / 65535.0 - 2) * 1.7320508;
  }
}
