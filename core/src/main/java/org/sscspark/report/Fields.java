package org.sscspark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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

  /** A table for people, a row for each thing. */
  public Table table(List<T> things) {
    return new Table(
        fields.stream().<Column>map(Field::column).toList(),
        things.stream()
            .map(thing -> fields.stream().map(field -> field.text().apply(thing)).toList())
            .toList());
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
