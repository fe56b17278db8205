package org.sscspark.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.network.FeatureShape;

/**
 * The sizes of a data set's images: one for all, or a range where each has its own. As JSON one
 * size is {@code {"channels":3,"height":32,"width":32}}; a range has lists of the smallest and the
 * largest in place of the numbers.
 */
public record ImageSizes(int channels, int minHeight, int maxHeight, int minWidth, int maxWidth)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ImageSizes {
    if (minHeight > maxHeight || minWidth > maxWidth) {
      throw new IllegalArgumentException(
          "Heights %s..%s and widths %s..%s must not decrease"
              .formatted(minHeight, maxHeight, minWidth, maxWidth));
    }
  }

  /** Returns the sizes of images that all have one shape. */
  public static ImageSizes of(FeatureShape shape) {
    return new ImageSizes(
        shape.channels(), shape.height(), shape.height(), shape.width(), shape.width());
  }

  /** Whether all images have one shape. */
  public boolean isOne() {
    return minHeight == maxHeight && minWidth == maxWidth;
  }

  /**
   * Returns the shape of every image.
   *
   * @throws IllegalStateException if they have several
   */
  public FeatureShape shape() {
    if (!isOne()) {
      throw new IllegalStateException("Images of several sizes have no one shape: " + this);
    }
    return new FeatureShape(channels, minHeight, minWidth);
  }

  /** Returns the sizes of these images and those together. */
  public ImageSizes and(ImageSizes other) {
    return new ImageSizes(
        channels,
        Math.min(minHeight, other.minHeight),
        Math.max(maxHeight, other.maxHeight),
        Math.min(minWidth, other.minWidth),
        Math.max(maxWidth, other.maxWidth));
  }

  @JsonValue
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("channels", channels);
    json.put("height", isOne() ? minHeight : List.of(minHeight, maxHeight));
    json.put("width", isOne() ? minWidth : List.of(minWidth, maxWidth));
    return json;
  }

  @JsonCreator
  static ImageSizes fromJson(JsonNode json) {
    int[] height = range(json, "height");
    int[] width = range(json, "width");
    return new ImageSizes(
        json.required("channels").intValue(), height[0], height[1], width[0], width[1]);
  }

  private static int[] range(JsonNode json, String side) {
    JsonNode value = json.required(side);
    return value.isArray()
        ? new int[] {value.required(0).intValue(), value.required(1).intValue()}
        : new int[] {value.intValue(), value.intValue()};
  }

  @Override
  public String toString() {
    return isOne()
        ? shape().toString()
        : "%sx(%s..%s)x(%s..%s)".formatted(channels, minHeight, maxHeight, minWidth, maxWidth);
  }
}
