package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Spelling;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.network.FeatureShape;
import org.sscspark.storage.Sha256;

/**
 * Reads a table's column of images.
 *
 * @param struct whether images are Spark's structs
 * @param pixelBytes the length of every image if binary values are pixels, else 0
 * @param maxBytes the longest image that is read
 */
public record TableImages(boolean struct, int pixelBytes, long maxBytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Looks at a column.
   *
   * @param pixels the shape of every image if binary values are pixels, unsigned bytes [channels,
   *     height, width]; else they are image files
   * @throws BadInputException if there is no such column, or its type cannot be read
   */
  public static TableImages of(
      StructType schema, String column, Optional<FeatureShape> pixels, long maxBytes) {
    DataType type = type(schema, column, "image");
    if (type instanceof StructType struct) {
      if (!ImageStruct.isReadable(struct)) {
        throw wrongType("Image", column, type, "Spark's image struct: " + ImageStruct.FIELDS);
      }
      if (pixels.isPresent()) {
        throw new BadInputException(
            "Image column '%s' is a struct, which has its own shape; leave out --image-shape"
                .formatted(column));
      }
    } else if (!type.equals(DataTypes.BinaryType)) {
      throw wrongType("Image", column, type, "binary values, or Spark's image struct");
    }
    return new TableImages(
        type instanceof StructType, pixels.map(FeatureShape::size).orElse(0), maxBytes);
  }

  /**
   * Returns the type of a column.
   *
   * @param role what it holds, for messages
   * @throws BadInputException if there is no such column
   */
  static DataType type(StructType schema, String column, String role) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(column)) {
      throw new BadInputException(
          "The table has no column '%s'; give its column of %ss with --%s-column: %s"
              .formatted(column, role, role, Spelling.suggestion(column, names)));
    }
    int count = Collections.frequency(names, column);
    if (count > 1) {
      throw new BadInputException(
          "The table has %s columns '%s'; rename all but the %s column"
              .formatted(count, column, role));
    }
    return schema.apply(column).dataType();
  }

  static BadInputException wrongType(String role, String column, DataType type, String expected) {
    return new BadInputException(
        "%s column '%s' is of type %s, expected %s"
            .formatted(role, column, type.simpleString(), expected));
  }

  /**
   * Reads the image of a row.
   *
   * @param column the place of the column in the row
   * @param where the row in words, for messages
   */
  public RawRecord read(Row row, int column, String where) {
    TableRow content = content(row, column);
    return new RawRecord("", where, content.image(), content.problem());
  }

  /**
   * A row in words where nothing but its image tells it apart, for messages.
   *
   * @param column the place of the column in the row
   */
  public String whose(Row row, int column) {
    TableRow content = content(row, column);
    return whose(checksum(row, column, content), content);
  }

  /**
   * As the other.
   *
   * @param checksum what {@link #checksum} has returned
   */
  String whose(String checksum, TableRow content) {
    if (checksum.isEmpty()) {
      return "whose image is null";
    }
    String what =
        !struct ? "image has" : content.isUsable() ? "image as a BMP file has" : "pixels have";
    return "whose %s SHA-256 %s".formatted(what, checksum);
  }

  /**
   * The SHA-256 of what a row holds, whether it can be used or not: of the file or the pixels; of
   * Spark's struct as a file, which has its shape, or of the bytes of one that cannot be used.
   * Empty if the row holds nothing.
   */
  String checksum(Row row, int column, TableRow content) {
    if (content.isUsable()) {
      return Sha256.of(content.image());
    }
    byte[] bytes =
        row.isNullAt(column)
            ? null
            : struct ? row.getStruct(column).<byte[]>getAs("data") : row.<byte[]>getAs(column);
    return bytes == null ? "" : Sha256.of(bytes);
  }

  TableRow content(Row row, int column) {
    if (row.isNullAt(column)) {
      return TableRow.unusable("it is null");
    }
    if (struct) {
      return ImageStruct.read(row.getStruct(column), maxBytes);
    }
    byte[] image = row.getAs(column);
    if (image.length > maxBytes) {
      return TableRow.unusable(
          String.format(
              Locale.ROOT,
              "it has %,d bytes, and at most %,d are read; see --max-bytes",
              image.length,
              maxBytes));
    }
    if (pixelBytes > 0 && image.length != pixelBytes) {
      return TableRow.unusable(
          String.format(
              Locale.ROOT,
              "it has %,d bytes, and its shape asks for %,d",
              image.length,
              pixelBytes));
    }
    return TableRow.of(image);
  }
}
