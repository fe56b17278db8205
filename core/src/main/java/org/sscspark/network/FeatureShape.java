package org.sscspark.network;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sscspark.config.BadInputException;

/** The shape [channels, height, width] of one example's features. */
public record FeatureShape(int channels, int height, int width) implements Serializable {
  private static final Pattern TEXT =
      Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})x([1-9]\\d{0,5})");

  public FeatureShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Feature shape "
              + channels
              + "x"
              + height
              + "x"
              + width
              + " must be positive in every dimension");
    }
    if ((double) channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Feature shape %sx%sx%s has more values than an int can number"
              .formatted(channels, height, width));
    }
  }

  /**
   * Returns the shape that a user wrote.
   *
   * @param text as in 3x32x32
   * @throws BadInputException if it is none, or too large for any image
   */
  public static FeatureShape parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new BadInputException(
          "Image shape '" + text + "' is not of the form CHANNELSxHEIGHTxWIDTH, as in 3x32x32");
    }
    try {
      return new FeatureShape(
          Integer.parseInt(matcher.group(1)),
          Integer.parseInt(matcher.group(2)),
          Integer.parseInt(matcher.group(3)));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "Image shape '%s' has more than %,d values; give a smaller one",
              text,
              Integer.MAX_VALUE),
          e);
    }
  }

  /** The number of values of one example. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
