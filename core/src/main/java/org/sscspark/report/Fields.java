package org.sscspark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import org.sscspark.report.Table.Column;

/**
 * The fields that somebody reads, in their order.
 *
 * @param <T> what is described
 */
public record Fields<T>(List<Field<T, ?>> fields) {
  public Fields {
    fields = List.copyOf(fields);
  }

  /** Some fields. */
  @SafeVarargs
  public static <T> Fields<T> of(Field<T, ?>... fields) {
    return new Fields<>(List.of(fields));
  }

  /** Those whose text for people is the same for each of several things. */
  public Fields<T> shared(List<T> things) {
    return new Fields<>(
        things.size() < 2
            ? List.of()
            : fields.stream()
                .filter(field -> things.stream().map(field.text()).distinct().count() == 1)
                .toList());
  }

  /** All but others. */
  public Fields<T> without(Fields<T> others) {
    return new Fields<>(fields.stream().filter(field -> !others.fields().contains(field)).toList());
  }

  /** Titles and texts of one thing in a row, such as {@code epochs 30, seeds 3/3}. */
  public String words(T thing) {
    return fields.stream()
        .filter(field -> !field.text().apply(thing).isEmpty())
        .map(field -> field.title() + " " + field.text().apply(thing))
        .collect(Collectors.joining(", "));
  }

  /** A table for people, a row for each thing. */
  public Table table(List<T> things) {
    return new Table(
        fields.stream().<Column>map(Field::column).toList(),
        things.stream().map(this::texts).toList());
  }

  /** As the other one, with a last row that sums up the others. */
  public Table table(List<T> things, T total) {
    Table table = table(things);
    return new Table(table.columns(), table.rows(), texts(total));
  }

  private List<String> texts(T thing) {
    return fields.stream().map(field -> field.text().apply(thing)).toList();
  }

  /** CSV, a row for each thing. */
  public String csv(List<T> things) {
    return new Table(
            fields.stream().flatMap(field -> field.csvTitles().stream()).map(Column::text).toList(),
            things.stream()
                .map(thing -> fields.stream().flatMap(field -> field.csv(thing).stream()).toList())
                .toList())
        .csv();
  }

  /** Adds what is known of a thing to an object. */
  public void put(ObjectNode json, T thing) {
    fields.forEach(field -> field.put(json, thing));
  }

  /** An object for each thing. */
  public ArrayNode json(List<T> things) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    things.forEach(thing -> put(array.addObject(), thing));
    return array;
  }
}
