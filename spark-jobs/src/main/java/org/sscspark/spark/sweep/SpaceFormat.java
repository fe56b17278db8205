package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Spelling;
import org.sscspark.search.Condition;
import org.sscspark.search.Dimension;
import org.sscspark.search.Domain;
import org.sscspark.search.IntegerRange;
import org.sscspark.search.OneOf;
import org.sscspark.search.RealRange;
import org.sscspark.search.Scale;
import org.sscspark.search.Space;

/**
 * A space as a settings file has it. Below any key stands a list, which is a choice, or a section
 * with one of choice, uniform, log-uniform, integers and log-integers, and perhaps levels (of a
 * grid) and when (a condition):
 *
 * <pre>{@code
 * train.learning-rate { log-uniform = [0.01, 1] }
 * method = [ssc, dense]
 * density { choice = [0.05, 0.1], when { method = ssc } }
 * }</pre>
 */
final class SpaceFormat {
  private static final String CHOICE = "choice";
  private static final String UNIFORM = "uniform";
  private static final String LOG_UNIFORM = "log-uniform";
  private static final String INTEGERS = "integers";
  private static final String LOG_INTEGERS = "log-integers";
  private static final String LEVELS = "levels";
  private static final String WHEN = "when";
  private static final List<String> DOMAINS =
      List.of(CHOICE, UNIFORM, LOG_UNIFORM, INTEGERS, LOG_INTEGERS);
  private static final List<String> KNOWN =
      List.of(CHOICE, UNIFORM, LOG_UNIFORM, INTEGERS, LOG_INTEGERS, LEVELS, WHEN);

  private SpaceFormat() {}

  /**
   * Reads a space; keys are in alphabetical order.
   *
   * @throws BadInputException if it cannot be read or has no points; the key is named
   */
  static Space read(ConfigObject space) {
    List<Dimension> dimensions = new ArrayList<>();
    readInto(dimensions, space, "");
    return new Space(dimensions);
  }

  private static void readInto(List<Dimension> dimensions, ConfigObject section, String path) {
    for (String name : section.keySet().stream().sorted().toList()) {
      ConfigValue value = section.get(name);
      String key = path.isEmpty() ? name : path + "." + name;
      if (value instanceof ConfigList list) {
        requireNoMisspelling(path, name, value);
        dimensions.add(Dimension.of(key, () -> new OneOf(texts(list))));
      } else if (value instanceof ConfigObject object
          && DOMAINS.stream().anyMatch(object::containsKey)) {
        dimensions.add(dimension(key, object));
      } else if (value instanceof ConfigObject object && !object.isEmpty()) {
        readInto(dimensions, object, key);
      } else {
        throw bad(
            key,
            value,
            "give values, as in [a, b], or { log-uniform = [0.001, 0.1] }; there are "
                + String.join(", ", DOMAINS));
      }
    }
  }

  /** Below a key that is no section, a misspelt domain looks like one more key. */
  private static void requireNoMisspelling(String path, String name, ConfigValue value) {
    Optional<String> meant = Spelling.nearest(name, DOMAINS);
    if (!path.isEmpty() && meant.isPresent()) {
      throw bad(path, value, name + " is no kind of values; did you mean '" + meant.get() + "'?");
    }
  }

  private static Dimension dimension(String key, ConfigObject section) {
    for (String name : section.keySet().stream().sorted().toList()) {
      if (!KNOWN.contains(name)) {
        throw bad(
            key, section.get(name), name + " is unknown: " + Spelling.suggestion(name, KNOWN));
      }
    }
    List<String> given = DOMAINS.stream().filter(section::containsKey).toList();
    if (given.size() > 1) {
      throw bad(key, section, "has " + String.join(" and ", given) + "; give one of them");
    }
    String kind = given.get(0);
    if (!(section.get(kind) instanceof ConfigList values)) {
      throw bad(key, section.get(kind), kind + " must be a list, as in [0.1, 1]");
    }
    if (kind.equals(CHOICE) && section.containsKey(LEVELS)) {
      throw bad(
          key,
          section.get(LEVELS),
          "levels is for ranges; a grid takes all of a choice: leave it out");
    }
    Optional<Integer> levels =
        Optional.ofNullable(section.get(LEVELS)).map(value -> levels(key, value));
    Dimension dimension = Dimension.of(key, () -> domain(key, kind, values, levels));
    return new Dimension(
        key, dimension.domain(), Optional.ofNullable(section.get(WHEN)).map(w -> when(key, w)));
  }

  private static int levels(String key, ConfigValue value) {
    double levels = number(key, value);
    if (levels != Math.rint(levels)) {
      throw bad(key, value, "levels must be a whole number, as in 3");
    }
    return (int) levels;
  }

  private static Domain domain(
      String key, String kind, ConfigList values, Optional<Integer> levels) {
    if (kind.equals(CHOICE)) {
      return new OneOf(texts(values));
    }
    if (values.size() != 2) {
      throw bad(key, values, kind + " needs two numbers, as in [0.1, 1]");
    }
    double low = number(key, values.get(0));
    double high = number(key, values.get(1));
    Scale scale = kind.startsWith("log") ? Scale.LOGARITHMIC : Scale.LINEAR;
    if (kind.equals(UNIFORM) || kind.equals(LOG_UNIFORM)) {
      return new RealRange(low, high, scale, levels);
    }
    if (low != Math.rint(low) || high != Math.rint(high)) {
      throw bad(key, values, kind + " needs whole numbers");
    }
    return new IntegerRange((long) low, (long) high, scale, levels);
  }

  private static Condition when(String key, ConfigValue value) {
    Map<String, List<String>> conditions = new TreeMap<>();
    if (value instanceof ConfigObject object) {
      conditionsInto(conditions, object, "");
    }
    if (conditions.size() != 1) {
      throw bad(key, value, "when needs one other key, as in { method = ssc }");
    }
    Map.Entry<String, List<String>> only = conditions.entrySet().iterator().next();
    return new Condition(only.getKey(), only.getValue());
  }

  private static void conditionsInto(
      Map<String, List<String>> conditions, ConfigObject section, String path) {
    section.forEach(
        (name, value) -> {
          String key = path.isEmpty() ? name : path + "." + name;
          if (value instanceof ConfigObject deeper) {
            conditionsInto(conditions, deeper, key);
          } else {
            conditions.put(
                key, value instanceof ConfigList list ? texts(list) : List.of(text(value)));
          }
        });
  }

  private static double number(String key, ConfigValue value) {
    try {
      return Double.parseDouble(text(value));
    } catch (NumberFormatException e) {
      throw bad(key, value, text(value) + " is no number");
    }
  }

  private static List<String> texts(ConfigList list) {
    return list.stream().map(SpaceFormat::text).toList();
  }

  private static String text(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        ? value.unwrapped().toString()
        : value.render(ConfigRenderOptions.concise());
  }

  private static BadInputException bad(String key, ConfigValue value, String complaint) {
    return new BadInputException(
        "Space, key %s (%s): %s".formatted(key, value.origin().description(), complaint));
  }

  /** Writes what {@link #read} reads. */
  static ObjectNode json(Space space) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Dimension dimension : space.dimensions()) {
      ObjectNode one = json.putObject(dimension.key());
      if (dimension.domain() instanceof OneOf choice) {
        choice.options().forEach(one.putArray(CHOICE)::add);
      } else if (dimension.domain() instanceof RealRange range) {
        String kind = range.scale() == Scale.LINEAR ? UNIFORM : LOG_UNIFORM;
        one.putArray(kind).add(range.low()).add(range.high());
        range.levels().ifPresent(levels -> one.put(LEVELS, levels));
      } else if (dimension.domain() instanceof IntegerRange range) {
        String kind = range.scale() == Scale.LINEAR ? INTEGERS : LOG_INTEGERS;
        one.putArray(kind).add(range.low()).add(range.high());
        range.levels().ifPresent(levels -> one.put(LEVELS, levels));
      }
      dimension
          .when()
          .ifPresent(
              when -> {
                ArrayNode values = one.putObject(WHEN).putArray(when.key());
                when.values().forEach(values::add);
              });
    }
    return json;
  }
}
