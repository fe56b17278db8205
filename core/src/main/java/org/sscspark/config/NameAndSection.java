package org.sscspark.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.parser.ConfigDocument;
import com.typesafe.config.parser.ConfigDocumentFactory;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds that no file gives a section as its name and by other keys as well, be it in what it
 * includes: HOCON lets the later one replace the earlier, and what it has parsed does not tell.
 * Therefore a file is parsed once more with a witness before all else in each such section: where
 * it is gone, there was a name.
 *
 * @param keys those of each section but its name, by the section's path
 */
record NameAndSection(Map<String, Set<String>> keys) {
  /** For files whose sections are not known. */
  static final NameAndSection UNKNOWN = new NameAndSection(Map.of());

  private static final String WITNESS = "__witness";

  /** What may be before the brace of a file that is all in braces. */
  private static final Pattern OPENING = Pattern.compile("(?:[\\s\\uFEFF]|#.*|//.*)*+\\{");

  /** Of all sections that may be written as their names. */
  static NameAndSection of(ConfigObject known) {
    Map<String, Set<String>> keys = new TreeMap<>();
    collect(known, "", keys);
    return new NameAndSection(keys);
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

  /** A file's text with the witnesses. */
  String witnessed(String text) {
    String witnesses =
        keys.keySet().stream()
            .map(path -> path + "." + WITNESS + " = true, ")
            .collect(Collectors.joining());
    Matcher opening = OPENING.matcher(text);
    int place = opening.lookingAt() ? opening.end() : 0;
    return text.substring(0, place) + witnesses + text.substring(place);
  }

  /** The sections that a file gives by other keys than their names. */
  Set<String> sections(String text, String file) {
    ConfigDocument document =
        ConfigDocumentFactory.parseString(
            text,
            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription(file));
    return keys.entrySet().stream()
        .filter(
            section ->
                section.getValue().stream()
                    .anyMatch(key -> document.hasPath(RecordBinder.join(section.getKey(), key))))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The sections that a file was given by what it includes. */
  Set<String> sections(ConfigObject included) {
    return keys.entrySet().stream()
        .filter(
            section ->
                value(included, section.getKey()) instanceof ConfigObject given
                    && section.getValue().stream().anyMatch(given::containsKey))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Checks a file.
   *
   * @param parsed what became of its text with the witnesses
   * @param sections those that it gives by other keys than their names
   * @throws BadInputException if it gives one as its name, too
   */
  void require(ConfigObject parsed, Set<String> sections, String file) {
    for (String path : sections) {
      ConfigValue value = value(parsed, path);
      boolean isLost =
          value instanceof ConfigObject section
              ? !section.containsKey(WITNESS) && !section.containsKey(SectionName.KEY)
              : SectionName.isText(value);
      if (isLost) {
        throw new BadInputException(
            "Settings file %s gives %s as a name and as a section, and one would replace the other: write %s.%s = ..."
                .formatted(file, path, path, SectionName.KEY));
      }
    }
  }

  /** Null where nothing is, or where that cannot be told before substitutions are resolved. */
  private static ConfigValue value(ConfigObject root, String path) {
    ConfigValue value = root;
    try {
      for (String key : ConfigUtil.splitPath(path)) {
        value = value instanceof ConfigObject section ? section.get(key) : null;
      }
    } catch (ConfigException.NotResolved e) {
      return null;
    }
    return value;
  }
}
