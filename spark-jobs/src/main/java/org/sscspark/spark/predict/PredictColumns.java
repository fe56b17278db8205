package org.sscspark.spark.predict;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;

/**
 * Which columns of a table are what.
 *
 * @param image image files or pixels as binary values, or Spark's struct of an image
 * @param id what rows are called in the table of predictions; else {@code path} or {@code id}
 * @param pixels the shape of every image if binary values are pixels
 */
public record PredictColumns(String image, Optional<String> id, Optional<FeatureShape> pixels) {
  /** The column of images that shard takes, too, if nobody says anything else. */
  public static final String IMAGE = "image";

  private static final List<String> USUAL_IDS = List.of("path", "id");

  /** Columns of image files under the usual names. */
  static PredictColumns standard() {
    return new PredictColumns(IMAGE, Optional.empty(), Optional.empty());
  }

  /**
   * Returns the column of ids in a table.
   *
   * @throws BadInputException if there is none, there are several, or it holds no texts and nothing
   *     that Spark writes as a text without loss
   */
  String id(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    String found = id(names);
    int count = Collections.frequency(names, found);
    if (count > 1) {
      throw new BadInputException(
          "The table has %s columns '%s'; rename all but the one that says what rows are called"
              .formatted(count, found));
    }
    DataType type = schema.apply(found).dataType();
    if (!(type instanceof AtomicType) || type.equals(DataTypes.BinaryType)) {
      throw new BadInputException(
          "Id column '%s' is of type %s, expected strings, numbers, dates or times; give another with --id-column"
              .formatted(found, type.simpleString()));
    }
    return found;
  }

  private String id(List<String> names) {
    return id.filter(names::contains)
        .or(
            () ->
                USUAL_IDS.stream().filter(name -> id.isEmpty() && names.contains(name)).findFirst())
        .orElseThrow(
            () ->
                new BadInputException(
                    "The table has no column '%s' that says what rows are called; give one with --id-column: %s"
                        .formatted(id.orElse("path"), String.join(", ", names))));
  }
}
