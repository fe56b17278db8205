package org.sscspark.engine.plan;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.FeatureShape;

/**
 * How an engine lays out the features of a minibatch: [channels][height + 2 halo][width + 2
 * halo][examples side by side], perhaps in several such blocks. The halo stays zero.
 */
public interface FeatureLayout {
  /** The shape of one example. */
  FeatureShape shape();

  /** Rows and columns of zeros on every side. */
  int halo();

  /** Floats from a column to the next: the examples side by side. */
  int columnStride();

  /** The index of channel 0, row 0, column 0 of the first example. */
  int origin();

  /**
   * The indices of (firstRow + i * step, firstColumn + j * step) of channel 0 of every block, block
   * by block, row by row. Rows and columns may lie in the halo.
   */
  int[] positions(int firstRow, int rows, int firstColumn, int columns, int step);

  /** Floats from a row to the next. */
  default int rowStride() {
    return (shape().width() + 2 * halo()) * columnStride();
  }

  /** Floats from a channel to the next. */
  default int channelStride() {
    return (shape().height() + 2 * halo()) * rowStride();
  }

  /** As taps are placed in this layout. */
  default TapGroup.Strides strides() {
    return new TapGroup.Strides(c -> c * channelStride(), rowStride(), columnStride());
  }

  /** Where a feature, counted over channels, rows and columns, is from {@link #origin}. */
  default int feature(int index) {
    int width = shape().width();
    int plane = shape().height() * width;
    return index / plane * channelStride()
        + index % plane / width * rowStride()
        + index % width * columnStride();
  }

  /**
   * Checks that an int can number the floats of a buffer.
   *
   * @param value whose buffer it is
   * @param places for examples in the buffer
   * @param settings that a user can lower for fewer places, if any
   * @throws BadInputException naming the value and what to lower, if there are too many
   */
  static void requireIndexable(PlannedValue value, long places, List<String> settings) {
    double floats = (double) value.floats() * places;
    if (floats > MOST_FLOATS) {
      throw new UnmetSettingsException(
          String.format(
                  Locale.ROOT,
                  "The features of %s, %s with room for %d images, take %.0f floats, more than an"
                      + " int can number; lower ",
                  value.name(),
                  value.shape(),
                  places,
                  floats)
              + String.join(
                  " or ",
                  Stream.concat(settings.stream(), Stream.of("the images' size")).toList()));
    }
  }

  /** What an array can hold, a little rounded down. */
  int MOST_FLOATS = Integer.MAX_VALUE - 64;
}
