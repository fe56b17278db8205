package org.sscspark.spark.dataset;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Spelling;
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
  private static final List<String> IMAGE_FIELDS =
      List.of("height", "width", "nChannels", "mode", "data");
  private static final List<DataType> WHOLE_NUMBERS =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

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

  /** Whether images are structs. */
  boolean hasStructs(StructType schema) {
    return schema.apply(image).dataType() instanceof StructType;
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
  void requireIn(StructType schema) {
    requireImage(type(schema, image, "image"));
    DataType labels = type(schema, label, "label");
    boolean readable =
        WHOLE_NUMBERS.contains(labels)
            || List.of(DataTypes.StringType, DataTypes.DoubleType, DataTypes.FloatType)
                .contains(labels);
    if (!readable) {
      throw wrongType("Label", label, labels, "strings or whole numbers");
    }
    if (id.isPresent()) {
      DataType ids = type(schema, id.get(), "id");
      if (!ids.equals(DataTypes.StringType) && !WHOLE_NUMBERS.contains(ids)) {
        throw wrongType("Id", id.get(), ids, "strings or whole numbers");
      }
    }
  }

  private void requireImage(DataType type) {
    if (type instanceof StructType struct) {
      List<String> fields = Arrays.asList(struct.fieldNames());
      if (!fields.containsAll(IMAGE_FIELDS)) {
        throw wrongType("Image", image, type, "Spark's image struct with " + IMAGE_FIELDS);
      }
      if (pixels.isPresent()) {
        throw new BadInputException(
            "Image column '%s' is a struct, which has its own shape; leave out --image-shape"
                .formatted(image));
      }
    } else if (!type.equals(DataTypes.BinaryType)) {
      throw wrongType("Image", image, type, "binary values, or Spark's image struct");
    }
  }

  private static DataType type(StructType schema, String column, String role) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(column)) {
      throw new BadInputException(
          "The table has no column '%s'; give its column of %ss with --%s-column: %s"
              .formatted(column, role, role, Spelling.suggestion(column, names)));
    }
    return schema.apply(column).dataType();
  }

  private static BadInputException wrongType(
      String role, String column, DataType type, String expected) {
    return new BadInputException(
        "%s column '%s' is of type %s, expected %s"
            .formatted(role, column, type.simpleString(), expected));
  }
}
