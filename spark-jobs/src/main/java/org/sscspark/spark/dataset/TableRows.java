package org.sscspark.spark.dataset;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;

/**
 * Reads {@link ExactRows} whose columns are an image, a label and, if there are ids, an id.
 *
 * @param images reads the images
 * @param numbers whether classes are numbers
 * @param ids whether rows have ids
 */
record TableRows(TableImages images, boolean numbers, boolean ids) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int IMAGE = 0;
  private static final int LABEL = 1;
  private static final int ID = 2;

  /** A label in the order of classes. */
  private record Label(long number, String name) {}

  /** The key of a row of these columns. */
  RowKey key(Row row, TableRow content) {
    Label label = label(row.get(LABEL)).orElse(new Label(Long.MIN_VALUE, ""));
    if (!ids) {
      return new RowKey(label.number(), label.name(), 0, images.checksum(row, IMAGE, content));
    }
    return key(label, row.get(ID));
  }

  /** The key of a row that has no image column, but a label and an id. */
  RowKey keyWithoutImage(Row row) {
    return key(label(row.get(0)).orElse(new Label(Long.MIN_VALUE, "")), row.get(1));
  }

  private static RowKey key(Label label, Object id) {
    if (id instanceof byte[] name) {
      return new RowKey(label.number(), label.name(), 0, ExactRows.text(name, "Id"));
    }
    OptionalLong number = WholeNumbers.of(id);
    return number.isPresent()
        ? new RowKey(
            label.number(), label.name(), number.getAsLong(), Long.toString(number.getAsLong()))
        : new RowKey(label.number(), label.name(), RowKey.NO_ID, "");
  }

  /** A label that is neither a string nor a whole number of 64 bits is none. */
  private static Optional<Label> label(Object value) {
    if (value instanceof byte[] name && name.length > 0) {
      return Optional.of(new Label(0, ExactRows.text(name, "Label")));
    }
    OptionalLong number = WholeNumbers.of(value);
    return number.isPresent()
        ? Optional.of(new Label(number.getAsLong(), Long.toString(number.getAsLong())))
        : Optional.empty();
  }

  TableRow content(Row row) {
    return images.content(row, IMAGE);
  }

  /** A row in words, for messages. */
  String where(RowKey key, TableRow content) {
    return ids
        ? "row '%s'".formatted(key.id())
        : "row of class '%s' %s".formatted(key.className(), images.whose(key.id(), content));
  }

  /** A row without a label in words. */
  String whereUnlabelled(RowKey key, TableRow content) {
    if (!ids) {
      return "one " + images.whose(key.id(), content);
    }
    return key.lacksId() ? "one without an id" : "'" + key.id() + "'";
  }
}
