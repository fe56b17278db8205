package org.sscspark.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * JSON text in which equal settings are equal characters: keys sorted and in kebab case, numbers as
 * Java prints them, nothing left out, no white space. Made to be stored and to be hashed.
 */
public final class CanonicalJson {
  private CanonicalJson() {}

  /**
   * The record with all its nested records. An absent Optional is {@code null}, a duration is in
   * ISO form, an enum constant is in kebab case, a {@link Named} its name, anything else that is
   * not a number, a boolean, a list, a map or a record is its {@code toString()}. A {@link Choice}
   * has its type as well.
   */
  public static String of(Record settings) {
    return render(ConfigValueFactory.fromAnyRef(plain(settings)));
  }

  static String render(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }

  private static Object plain(Object value) {
    if (value instanceof Named named) {
      return named.name();
    }
    if (value instanceof Record record) {
      Map<String, Object> fields = new TreeMap<>();
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        fields.put(KebabCase.of(component.getName()), plain(RecordBinder.read(record, component)));
      }
      if (value instanceof Choice choice) {
        fields.put(RecordBinder.TYPE, choice.type());
      }
      return fields;
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(CanonicalJson::plain).orElse(null);
    }
    if (value instanceof List<?> list) {
      List<Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(plain(element)));
      return elements;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new TreeMap<>();
      map.forEach((key, element) -> entries.put(key.toString(), plain(element)));
      return entries;
    }
    if (value instanceof Float number) {
      // The shortest decimal of the float, not the float's exact value in double digits.
      return Double.valueOf(number.toString());
    }
    if (value instanceof Enum<?> constant) {
      return KebabCase.of(constant);
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    return value instanceof Duration duration ? duration.toString() : value.toString();
  }
}
