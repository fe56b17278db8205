package org.sscspark.spark.dataset;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;

/**
 * Which columns of a table are what.
 *
 * @param image image files or pixels as binary values, or Spark's struct of an image
 * @param label strings or whole numbers
 * @param id what tells rows apart, strings or whole numbers, as a path; without one the content of
 *     an image does
 * @param pixels the shape of every image if binary values are pixels, unsigned bytes [channels,
 *     height, width]; else they are image files
 */
public record TableColumns(
    String image, String label, Optional<String> id, Optional<FeatureShape> pixels) {
  /** Columns of image files without ids. */
  public static TableColumns of(String image, String label) {
    return new TableColumns(image, label, Optional.empty(), Optional.empty());
  }

  /** Returns these columns with one that tells rows apart. */
  public TableColumns withId(String column) {
    return new TableColumns(image, label, Optional.of(column), pixels);
  }

  /** Returns these columns with binary values that are pixels. */
  public TableColumns withPixels(FeatureShape shape) {
    return new TableColumns(image, label, id, Optional.of(shape));
  }

  /** Whether labels are numbers. */
  boolean hasNumbers(StructType schema) {
    return !schema.apply(label).dataType().equals(DataTypes.StringType);
  }

  /**
   * Checks that a table has these columns, with types that can be read.
   *
   * @throws BadInputException naming the column
   */
  public void requireIn(StructType schema) {
    TableImages.of(schema, image, pixels, Long.MAX_VALUE);
    DataType labels = TableImages.type(schema, label, "label");
    boolean readable =
        WholeNumbers.areOf(labels)
            || List.of(DataTypes.StringType, DataTypes.DoubleType, DataTypes.FloatType)
                .contains(labels);
    if (!readable) {
      throw TableImages.wrongType("Label", label, labels, "strings or whole numbers");
    }
    if (id.isPresent()) {
      DataType ids = TableImages.type(schema, id.get(), "id");
      if (!ids.equals(DataTypes.StringType) && !WholeNumbers.areOf(ids)) {
        throw TableImages.wrongType("Id", id.get(), ids, "strings or whole numbers");
      }
    }
  }
}
