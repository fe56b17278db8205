package org.sscspark.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.parser.ConfigDocument;
import com.typesafe.config.parser.ConfigDocumentFactory;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds that a file does not give a section as its name and by other keys as well, be it in what it
 * includes: HOCON lets the later one replace the earlier, and what it has parsed does not tell.
 * Therefore the file is parsed once more with a witness before all else in each such section: where
 * it is gone, there was a name.
 */
final class NameAndSection {
  /** What may be before the brace of a file that is all in braces. */
  private static final Pattern OPENING =
      Pattern.compile("(?:[\\s\\p{Z}\\x1C-\\x1F\\uFEFF]|(?:#|//)[^\\n]*)*+\\{");

  /** The keys of each section but its name, by the section's path. */
  private final Map<String, Set<String>> keys;

  /** Another one than that of the file around, which would come back with what is included. */
  private final String witness;

  /** The sections that are given as their names. */
  private final Set<String> names = new TreeSet<>();

  /** The sections that are given by other keys than their names. */
  private final Set<String> sections = new TreeSet<>();

  private NameAndSection(Map<String, Set<String>> keys, String witness) {
    this.keys = keys;
    this.witness = witness;
  }

  /** Of all sections that may be written as their names. */
  static NameAndSection of(ConfigObject known) {
    Map<String, Set<String>> keys = new TreeMap<>();
    collect(known, "", keys);
    return new NameAndSection(keys, "__witness");
  }

  /** For a file that this one includes. */
  NameAndSection included() {
    return new NameAndSection(keys, witness + "_");
  }

  private static void collect(ConfigObject known, String path, Map<String, Set<String>> keys) {
    if (known.containsKey(SectionName.KEY) && !path.isEmpty()) {
      Set<String> others = new TreeSet<>(known.keySet());
      others.remove(SectionName.KEY);
      keys.put(path, others);
    }
    known.forEach(
        (key, value) -> {
          if (value instanceof ConfigObject section) {
            collect(section, RecordBinder.join(path, key), keys);
          }
        });
  }

  /** Whether there is nothing to hold. */
  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** A file's text with the witnesses. */
  String witnessed(String text) {
    String witnesses =
        keys.keySet().stream()
            .map(path -> path + "." + witness + " = true, ")
            .collect(Collectors.joining());
    Matcher opening = OPENING.matcher(text);
    int place = opening.lookingAt() ? opening.end() : 0;
    return text.substring(0, place) + witnesses + text.substring(place);
  }

  /** Adds what an included file gives. */
  void add(NameAndSection included) {
    names.addAll(included.names);
    sections.addAll(included.sections);
  }

  /**
   * Adds what a file gives.
   *
   * @param parsed what became of its text with the witnesses
   */
  void add(String text, ConfigObject parsed) {
    ConfigDocument document =
        ConfigDocumentFactory.parseString(
            text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF));
    keys.forEach(
        (path, others) -> {
          if (others.stream().anyMatch(key -> document.hasPath(RecordBinder.join(path, key)))) {
            sections.add(path);
          }
          try {
            add(path, value(parsed, path));
          } catch (ConfigException.NotResolved e) {
            // A substitution with other keys, for which Settings has words of its own.
          }
        });
  }

  private void add(String path, ConfigValue value) {
    if (value instanceof ConfigObject section) {
      if (!section.containsKey(witness)) {
        names.add(path);
      }
      if (keys.get(path).stream().anyMatch(section::containsKey)) {
        sections.add(path);
      }
    } else if (value != null && SectionName.isText(value)) {
      names.add(path);
    }
  }

  /** Null where nothing is. */
  private static ConfigValue value(ConfigObject root, String path) {
    ConfigValue value = root;
    for (String key : ConfigUtil.splitPath(path)) {
      value = value instanceof ConfigObject section ? section.get(key) : null;
    }
    return value;
  }

  /** Adds what a file of properties gives; of those, a name beside any key of a section is lost. */
  void addProperties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set<String> given = properties.stringPropertyNames();
    for (String path : keys.keySet()) {
      boolean isNamed = given.contains(path);
      String name = RecordBinder.join(path, SectionName.KEY);
      if (isNamed) {
        names.add(path);
      }
      if (given.stream()
          .anyMatch(key -> key.startsWith(path + ".") && (isNamed || !key.equals(name)))) {
        sections.add(path);
      }
    }
  }

  /**
   * Checks all that was added.
   *
   * @throws BadInputException if a section is given in both ways
   */
  void require(String file) {
    for (String path : names) {
      if (sections.contains(path)) {
        throw new BadInputException(
            "Settings file %s gives %s as a name and as a section, and one would replace the other: write %s.%s = ..."
                .formatted(file, path, path, SectionName.KEY));
      }
    }
  }
}
