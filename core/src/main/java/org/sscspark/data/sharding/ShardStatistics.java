package org.sscspark.data.sharding;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.sscspark.data.ImageSizes;
import org.sscspark.network.FeatureShape;

/**
 * Exact sums over images, so that means and standard deviations do not depend on the order of
 * summation.
 *
 * @param classCounts the images of each class
 * @param pixels the pixels of one channel of all images
 * @param sums the sum of each channel's pixels
 * @param squares the sum of each channel's squared pixels
 * @param turned the images that were turned upright
 * @param sizes of the images, or null if there are none
 */
public record ShardStatistics(
    List<Long> classCounts,
    long pixels,
    List<Long> sums,
    List<Long> squares,
    long turned,
    ImageSizes sizes)
    implements Serializable {
  static ShardStatistics none(int classes, int channels) {
    return new ShardStatistics(
        Collections.nCopies(classes, 0L),
        0,
        Collections.nCopies(channels, 0L),
        Collections.nCopies(channels, 0L),
        0,
        null);
  }

  ShardStatistics plus(ShardStatistics other) {
    return new ShardStatistics(
        sum(classCounts, other.classCounts),
        pixels + other.pixels,
        sum(sums, other.sums),
        sum(squares, other.squares),
        turned + other.turned,
        sizes == null ? other.sizes : other.sizes == null ? sizes : sizes.and(other.sizes));
  }

  private static List<Long> sum(List<Long> a, List<Long> b) {
    return new ArrayList<>(
        IntStream.range(0, a.size()).mapToObj(i -> Math.addExact(a.get(i), b.get(i))).toList());
  }

  long examples() {
    return classCounts.stream().mapToLong(Long::longValue).sum();
  }

  List<Double> mean() {
    return sums.stream().map(sum -> (double) sum / pixels).toList();
  }

  /**
   * Returns the population standard deviations, from exact integers up to the last division and
   * root.
   */
  List<Double> std() {
    return IntStream.range(0, sums.size())
        .mapToObj(
            channel -> {
              BigInteger count = BigInteger.valueOf(pixels);
              BigInteger sum = BigInteger.valueOf(sums.get(channel));
              BigInteger spread =
                  count
                      .multiply(BigInteger.valueOf(squares.get(channel)))
                      .subtract(sum.multiply(sum));
              return Math.sqrt(spread.doubleValue()) / pixels;
            })
        .toList();
  }

  /** Adds up one image after the other. */
  static final class Accumulator {
    private final long[] classCounts;
    private final long[] sums;
    private final long[] squares;
    private long pixels;
    private long turned;
    private ImageSizes sizes;

    Accumulator(int classes, int channels) {
      classCounts = new long[classes];
      sums = new long[channels];
      squares = new long[channels];
    }

    /** Adds an image [channels, height, width]. */
    void add(int label, byte[] image, int height, int width) {
      classCounts[label]++;
      ImageSizes size = ImageSizes.of(new FeatureShape(sums.length, height, width));
      sizes = sizes == null ? size : sizes.and(size);
      int plane = image.length / sums.length;
      pixels += plane;
      for (int channel = 0; channel < sums.length; channel++) {
        long sum = 0;
        long square = 0;
        for (int at = channel * plane; at < (channel + 1) * plane; at++) {
          long pixel = image[at] & 0xFF;
          sum += pixel;
          square += pixel * pixel;
        }
        sums[channel] += sum;
        squares[channel] += square;
      }
    }

    void addTurned() {
      turned++;
    }

    ShardStatistics statistics() {
      return new ShardStatistics(
          boxed(classCounts), pixels, boxed(sums), boxed(squares), turned, sizes);
    }

    private static List<Long> boxed(long[] values) {
      return new ArrayList<>(Arrays.stream(values).boxed().toList());
    }
  }
}
