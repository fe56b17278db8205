package org.sscspark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.function.Function;
import org.sscspark.report.Table.Align;

/**
 * How values of a type are written.
 *
 * @param align where they stand in a table for people
 * @param suffixes of the CSV columns that one value takes, to be added to the field's name
 * @param cells one for each suffix
 * @param json one value
 * @param <V> the type
 */
public record FieldType<V>(
    Align align,
    List<String> suffixes,
    Function<V, List<String>> cells,
    Function<V, JsonNode> json) {
  /** A word. */
  public static final FieldType<String> WORD =
      new FieldType<>(Align.LEFT, List.of(""), List::of, TextNode::valueOf);

  /** A whole number. */
  public static final FieldType<Long> COUNT =
      new FieldType<>(
          Align.RIGHT, List.of(""), value -> List.of(Long.toString(value)), LongNode::valueOf);

  /** A number of which every digit is written. */
  public static final FieldType<Double> NUMBER =
      new FieldType<>(
          Align.RIGHT, List.of(""), value -> List.of(Double.toString(value)), DoubleNode::valueOf);

  /** Words, with spaces between in CSV. */
  public static final FieldType<List<String>> WORDS =
      new FieldType<>(
          Align.LEFT, List.of(""), words -> List.of(String.join(" ", words)), FieldType::array);

  public FieldType {
    suffixes = List.copyOf(suffixes);
  }

  private static ArrayNode array(List<String> words) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    words.forEach(array::add);
    return array;
  }
}
