package org.sscspark.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds records from HOCON values; every error names the full key and where it was written. */
final class RecordBinder {
  /** The key of a {@link Choice}'s name. */
  static final String TYPE = "type";

  private RecordBinder() {}

  /** Every key of {@code object} must be a component of {@code type}, and the other way round. */
  static <R extends Record> R bindAll(ConfigObject object, Class<R> type, String path) {
    Map<String, RecordComponent> components = components(type);
    for (String key : object.keySet().stream().sorted().toList()) {
      if (!components.containsKey(key)) {
        throw unknownKey(path, key, object.get(key), components.keySet());
      }
    }
    return bindKnown(object, type, path);
  }

  /** As {@link #bindAll}, but keys that are not components of {@code type} are left alone. */
  static <R extends Record> R bindKnown(ConfigObject object, Class<R> type, String path) {
    Map<String, RecordComponent> components = components(type);
    List<Object> arguments = new ArrayList<>();
    components.forEach(
        (key, component) ->
            arguments.add(value(object.get(key), component.getGenericType(), join(path, key))));
    return construct(type, arguments, path);
  }

  static BadInputException unknownKey(
      String path, String key, ConfigValue value, Collection<String> known) {
    String name = join(path, key);
    if (value instanceof ConfigObject section) {
      Optional<String> moved =
          section.keySet().stream()
              .filter(inner -> MovedSettings.now(join(name, inner)).isPresent())
              .min(Comparator.naturalOrder());
      if (moved.isPresent()) {
        return unknownKey(name, moved.get(), section.get(moved.get()), known);
      }
    }
    return MovedSettings.now(name)
        .map(
            now ->
                new BadInputException(
                    "Setting %s (%s) is called %s now: write that"
                        .formatted(name, origin(value), now)))
        .orElseGet(
            () ->
                new BadInputException(
                    "Unknown setting %s (%s): %s"
                        .formatted(name, origin(value), Spelling.suggestion(key, known))));
  }

  static String join(String path, String key) {
    String quoted = ConfigUtil.joinPath(key);
    return path.isEmpty() ? quoted : path + "." + quoted;
  }

  /** File and line, or the argument (of which the line would say nothing). */
  static String origin(ConfigValue value) {
    ConfigOrigin origin = value.origin();
    boolean isArgument = origin.description().startsWith(Settings.ARGUMENT);
    return (isArgument ? origin.withLineNumber(-1) : origin).description();
  }

  static Object read(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + component, e);
    }
  }

  private static Map<String, RecordComponent> components(Class<? extends Record> type) {
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(KebabCase.of(component.getName()), component);
    }
    return components;
  }

  /** The value as one of this type. */
  static Object value(ConfigValue value, Type type, String path) {
    boolean absent = value == null || value.valueType() == ConfigValueType.NULL;
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return absent
          ? Optional.empty()
          : Optional.of(value(value, generic.getActualTypeArguments()[0], path));
    }
    // Defaults have every list and map; what an older program recorded may not.
    if (value == null && type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        return List.of();
      }
      if (generic.getRawType() == Map.class) {
        return Map.of();
      }
    }
    // A default that is null is none.
    if (value != null && absent && value.origin().resource() == null) {
      throw new BadInputException(
          "Setting %s is null (%s); leave it out for the default".formatted(path, origin(value)));
    }
    if (absent) {
      throw new BadInputException(
          "Setting %s is needed and has no default: give %s=VALUE".formatted(path, path));
    }
    if (type instanceof ParameterizedType generic) {
      return collection(value, generic, path);
    }
    return scalarOrRecord(value, (Class<?>) type, path);
  }

  private static Object collection(ConfigValue value, ParameterizedType type, String path) {
    if (type.getRawType() == List.class) {
      if (!(value instanceof ConfigList list)) {
        throw mismatch(value, path, "a list, as in [a, b]");
      }
      List<Object> elements = new ArrayList<>();
      for (ConfigValue element : list) {
        String elementPath = path + "[" + elements.size() + "]";
        if (element.valueType() == ConfigValueType.NULL) {
          throw mismatch(element, elementPath, "a value");
        }
        elements.add(value(element, type.getActualTypeArguments()[0], elementPath));
      }
      return List.copyOf(elements);
    }
    if (type.getRawType() == Map.class) {
      Map<String, Object> entries = new TreeMap<>();
      section(value, path)
          .forEach(
              (key, entry) ->
                  entries.put(
                      key, value(entry, type.getActualTypeArguments()[1], join(path, key))));
      return Collections.unmodifiableMap(entries);
    }
    throw unsupported(type, path);
  }

  private static Object scalarOrRecord(ConfigValue value, Class<?> type, String path) {
    if (type.isInterface() && Choice.class.isAssignableFrom(type)) {
      return choice(value, type.asSubclass(Choice.class), path);
    }
    if (Named.class.isAssignableFrom(type)) {
      return named(value, type.asSubclass(Record.class), path);
    }
    if (type.isRecord()) {
      Class<? extends Record> record = type.asSubclass(Record.class);
      ConfigValue named = SectionName.section(value, components(record).keySet());
      return bindAll(section(named, path), record, path);
    }
    if (value instanceof ConfigObject || value instanceof ConfigList) {
      throw mismatch(value, path, "a single value");
    }
    return ScalarBinder.value(value, type, path);
  }

  static ConfigObject section(ConfigValue value, String path) {
    if (value instanceof ConfigObject section) {
      return section;
    }
    throw mismatch(value, path, "a section, as in { key = value }");
  }

  /** The record that the section's type names, its defaults overridden by the rest. */
  private static Object choice(ConfigValue value, Class<? extends Choice> kind, String path) {
    if (!(value instanceof ConfigObject section) || !section.containsKey(TYPE)) {
      throw mismatch(value, path, "a section with a type, as in { type = NAME }");
    }
    ConfigValue type = section.get(TYPE);
    Map<String, Choice> known = new TreeMap<>();
    Choice.all(kind).forEach(choice -> known.put(choice.type(), choice));
    Choice defaults = known.get(String.valueOf(type.unwrapped()));
    if (defaults == null) {
      throw mismatch(type, join(path, TYPE), "one of " + String.join(", ", known.keySet()));
    }
    Record record = (Record) defaults;
    ConfigObject all = ConfigFactory.parseString(CanonicalJson.of(record)).root().withoutKey(TYPE);
    return bindAll(section.withoutKey(TYPE).withFallback(all), record.getClass(), path);
  }

  private static Object named(ConfigValue value, Class<? extends Record> type, String path) {
    if (value instanceof ConfigObject || value instanceof ConfigList) {
      throw mismatch(value, path, "a single value");
    }
    try {
      return construct(type, List.of(value.unwrapped().toString()), path);
    } catch (BadInputException e) {
      if (e.getCause() instanceof UnknownNameException unknown) {
        throw mismatch(value, path, "one of " + String.join(", ", unknown.known()));
      }
      throw e;
    }
  }

  private static <R extends Record> R construct(Class<R> type, List<Object> values, String path) {
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException
          || e.getCause() instanceof BadInputException) {
        String place = path.isEmpty() ? "Settings: " : "Settings in " + path + ": ";
        throw new BadInputException(place + e.getCause().getMessage(), e.getCause());
      }
      throw new IllegalStateException("Cannot make " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type.getName(), e);
    }
  }

  static BadInputException mismatch(ConfigValue value, String path, String expected) {
    return new BadInputException(
        "Setting %s = %s (%s) must be %s"
            .formatted(path, CanonicalJson.render(value), origin(value), expected));
  }

  static IllegalStateException unsupported(Type type, String path) {
    return new IllegalStateException("Settings of type " + type + " cannot be read: " + path);
  }
}
