package org.sscspark.spark.cli;

import java.util.Optional;
import org.sscspark.data.ReadLimits;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.predict.PredictColumns;
import picocli.CommandLine.Option;

/** Options of a command that reads images as they came: from files, or from a table. */
final class ReadOptions {
  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      description =
          "Of a table: the column of image files, Spark's image structs or pixels (default: image).")
  private Optional<String> imageColumn = Optional.empty();

  @Option(
      names = "--image-shape",
      paramLabel = "CxHxW",
      description = "Of a table: the shape of images that are pixels, as in 3x32x32.")
  private Optional<String> imageShape = Optional.empty();

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "Refuse images of which more pixels are decoded at once (default: 33554432).")
  private long maxPixels = ReadLimits.standard().pixels();

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "Refuse image files that are longer (default: 134217728).")
  private long maxBytes = ReadLimits.standard().bytes();

  /** Whether a column or shape of a table was given. */
  boolean isOfTable() {
    return imageColumn.isPresent() || imageShape.isPresent();
  }

  /** The column of images. */
  String imageColumn() {
    return imageColumn.orElse(PredictColumns.IMAGE);
  }

  /** The shape of images that are pixels. */
  Optional<FeatureShape> pixels() {
    return imageShape.map(FeatureShape::parse);
  }

  /** How much of one image is read. */
  ReadLimits limits() {
    return new ReadLimits(maxPixels, maxBytes);
  }
}
