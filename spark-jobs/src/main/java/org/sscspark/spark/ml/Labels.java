package org.sscspark.spark.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sscspark.config.BadInputException;

/**
 * What a table calls the classes of a network.
 *
 * @param values what the prediction column holds for each class
 * @param names of the values 0, 1, ...; empty if values are no such numbers
 */
record Labels(List<Double> values, List<String> names) {
  /** Numbers beyond are identities rather than indices. */
  private static final double MOST_NAMES = 65_536;

  /** What StringIndexer adds for labels that it will not know. */
  private static final String UNKNOWN = "__unknown";

  private static final JsonMapper JSON = new JsonMapper();

  Labels {
    values = List.copyOf(values);
    names = List.copyOf(names);
  }

  /**
   * Returns the labels of a network that was trained on a column.
   *
   * @param classes the network's
   * @throws BadInputException if one is a number that no double is, so that a prediction could not
   *     be told from another
   */
  static Labels of(StructField column, List<String> classes) {
    if (column.dataType().equals(DataTypes.StringType)) {
      return new Labels(
          IntStream.range(0, classes.size()).mapToObj(k -> (double) k).toList(), classes);
    }
    List<Double> values = classes.stream().map(label -> number(label, column)).toList();
    double largest = Collections.max(values);
    // Below zero nothing has a name, whatever names the metadata have.
    if (Collections.min(values) < 0) {
      return new Labels(values, List.of());
    }
    Optional<List<String>> known = names(column);
    if (known.isPresent() && largest < known.get().size()) {
      return new Labels(values, known.get());
    }
    if (largest >= MOST_NAMES) {
      return new Labels(values, List.of());
    }
    return new Labels(
        values, IntStream.rangeClosed(0, (int) largest).mapToObj(Integer::toString).toList());
  }

  private static double number(String label, StructField column) {
    double number = Double.parseDouble(label);
    if (new BigDecimal(number).compareTo(new BigDecimal(label)) != 0) {
      throw new BadInputException(
          "Label %s of column '%s' is no number that a prediction, a double, can be; index the column with StringIndexer, or make it one of strings"
              .formatted(label, column.name()));
    }
    return number;
  }

  /**
   * The names in a column's metadata that no row has: of labels that a network did not learn.
   *
   * @param classes the network's
   */
  static List<String> unlearned(StructField column, List<String> classes) {
    if (column.dataType().equals(DataTypes.StringType)) {
      return List.of();
    }
    List<String> names = names(column).orElse(List.of());
    Set<Integer> learned =
        classes.stream().map(label -> Double.valueOf(label).intValue()).collect(Collectors.toSet());
    return IntStream.range(0, names.size())
        .filter(label -> !learned.contains(label) && !names.get(label).equals(UNKNOWN))
        .mapToObj(names::get)
        .toList();
  }

  /** As StringIndexer leaves them in a column's metadata. */
  private static Optional<List<String>> names(StructField column) {
    return Attribute.fromStructField(column) instanceof NominalAttribute nominal
            && nominal.values().isDefined()
        ? Optional.of(Arrays.asList(nominal.values().get()))
        : Optional.empty();
  }

  /** The names of a network's classes, which it calls by their numbers if labels are numbers. */
  List<String> namesOf(List<String> classes) {
    return names.isEmpty()
        ? classes
        : values.stream().map(value -> names.get(value.intValue())).toList();
  }

  /** The field of a prediction column. */
  StructField field(String name) {
    StructField field = DataTypes.createStructField(name, DataTypes.DoubleType, false);
    if (names.isEmpty()) {
      return field;
    }
    NominalAttribute attribute =
        NominalAttribute.defaultAttr().withName(name).withValues(names.toArray(String[]::new));
    return attribute.toStructField();
  }

  String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write labels as JSON", e);
    }
  }

  static Labels fromJson(String json) {
    try {
      return JSON.readValue(json, Labels.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not labels: " + e.getOriginalMessage(), e);
    }
  }
}
