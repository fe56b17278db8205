package org.sscspark.spark.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sscspark.config.BadInputException;

/**
 * A table whose rows hold what the table holds. Java's strings lose bytes that are no UTF-8, and
 * the dates and times that rows have by default are of another calendar before 1582-10-15; so
 * strings are binary values in these rows, and dates and times those of {@code java.time}.
 */
public final class ExactRows {
  private static final String JAVA_TIME = SQLConf.DATETIME_JAVA8API_ENABLED().key();

  private ExactRows() {}

  /** Returns a table with such rows, whose columns are named by their places. */
  public static Dataset<Row> of(Dataset<?> table) {
    Dataset<Row> named = ColumnPlaces.named(table);
    StructType exact = (StructType) exact(named.schema());
    Column[] columns = new Column[exact.size()];
    Arrays.setAll(
        columns, place -> as(ColumnPlaces.column(named, place), named.schema(), exact, place));
    return named.select(columns).as(encoder(exact));
  }

  private static Column as(Column column, StructType from, StructType to, int place) {
    return cast(column, from.apply(place).dataType(), to.apply(place).dataType())
        .as(to.apply(place).name());
  }

  /** Encodes rows like these; the schema is the one that they are to have in the end. */
  public static Encoder<Row> encoder(StructType schema) {
    SQLConf settings = SQLConf.get().clone();
    settings.setConfString(JAVA_TIME, "true");
    // For this thread alone: others of the session may make rows for the user.
    return SQLConf.withExistingConf(settings, () -> Encoders.row((StructType) exact(schema)));
  }

  /**
   * Returns a column as it was.
   *
   * @param type that it had
   */
  public static Column restored(Column column, DataType type) {
    return cast(column, exact(type), type);
  }

  /**
   * The text that such a row has as a binary value.
   *
   * @param role what it is, as the beginning of a sentence
   * @throws BadInputException if it is no UTF-8, so that a string of Java's would lose a part of it
   */
  public static String text(byte[] utf8, String role) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new BadInputException(
          "%s of the bytes %s is no UTF-8, which strings of a table are; write it as UTF-8"
              .formatted(role, HexFormat.of().withUpperCase().formatHex(utf8)),
          e);
    }
  }

  /** Between strings and their bytes a cast changes none of them. */
  private static Column cast(Column column, DataType from, DataType to) {
    return from.equals(to) ? column : column.cast(to);
  }

  private static DataType exact(DataType type) {
    if (type instanceof StringType) {
      return DataTypes.BinaryType;
    }
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(exact(array.elementType()), array.containsNull());
    }
    if (type instanceof MapType map) {
      return DataTypes.createMapType(
          exact(map.keyType()), exact(map.valueType()), map.valueContainsNull());
    }
    if (type instanceof StructType struct) {
      return new StructType(
          Arrays.stream(struct.fields())
              .map(
                  field ->
                      new StructField(
                          field.name(),
                          exact(field.dataType()),
                          field.nullable(),
                          field.metadata()))
              .toArray(StructField[]::new));
    }
    return type;
  }
}
