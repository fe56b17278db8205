package org.sscspark.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sscspark.report.Table.Column;

/**
 * Something that is known of each thing of a kind, described once for all who read it: people in
 * tables, other programs in CSV and JSON. {@link Fields} says which fields a table has.
 *
 * @param name in JSON, in camel case
 * @param csvName in CSV
 * @param title of the column for people
 * @param type how programs read its values
 * @param value empty where it is not known: an empty cell of CSV, no member in JSON
 * @param text the value for people, as short as they can use it
 * @param <T> what is described
 * @param <V> the type of the value
 */
public record Field<T, V>(
    String name,
    String csvName,
    String title,
    FieldType<V> type,
    Function<T, Optional<V>> value,
    Function<T, String> text) {
  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  /** A field with a text of its own, whose name in CSV follows from that in JSON. */
  public static <T, V> Field<T, V> of(
      String name,
      String title,
      FieldType<V> type,
      Function<T, Optional<V>> value,
      Function<T, String> text) {
    return new Field<>(name, snakeCase(name), title, type, value, text);
  }

  /** A word that is always known, the same for people. */
  public static <T> Field<T, String> word(String name, String title, Function<T, String> value) {
    return of(name, title, FieldType.WORD, value.andThen(Optional::of), value);
  }

  /**
   * A number that is always known.
   *
   * @param format of it for people
   */
  public static <T> Field<T, Double> number(
      String name, String title, Function<T, Double> value, Function<Double, String> format) {
    return formatted(name, title, FieldType.NUMBER, value.andThen(Optional::of), format);
  }

  /**
   * A field that may be unknown, which people see as an empty cell.
   *
   * @param format of a value for people
   */
  public static <T, V> Field<T, V> formatted(
      String name,
      String title,
      FieldType<V> type,
      Function<T, Optional<V>> value,
      Function<V, String> format) {
    return of(name, title, type, value, thing -> value.apply(thing).map(format).orElse(""));
  }

  /** A field of the same names, told of other things. */
  public <U, W> Field<U, W> of(
      FieldType<W> otherType, Function<U, Optional<W>> otherValue, Function<U, String> otherText) {
    return new Field<>(name, csvName, title, otherType, otherValue, otherText);
  }

  /** The same with another name in CSV. */
  public Field<T, V> withCsvName(String other) {
    return new Field<>(name, other, title, type, value, text);
  }

  Column column() {
    return new Column(title, type.align());
  }

  List<String> csvTitles() {
    return type.suffixes().stream().map(suffix -> csvName + suffix).toList();
  }

  List<String> csv(T thing) {
    return value
        .apply(thing)
        .map(type.cells())
        .orElseGet(() -> Collections.nCopies(type.suffixes().size(), ""));
  }

  void put(ObjectNode json, T thing) {
    value.apply(thing).map(type.json()).ifPresent(node -> json.set(name, node));
  }

  private static String snakeCase(String camelCase) {
    return CAPITAL
        .matcher(camelCase)
        .replaceAll(letter -> "_" + letter.group().toLowerCase(Locale.ROOT));
  }
}
