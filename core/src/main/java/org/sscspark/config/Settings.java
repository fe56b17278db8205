package org.sscspark.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The settings of one command: defaults, then an optional file, then key=value arguments, each
 * overriding the one before. Every key must be among the defaults ({@code ssc-defaults.conf}).
 * Substitutions see the settings only, never the environment.
 */
public final class Settings {
  /** How the origin of a setting that was an argument begins. */
  static final String ARGUMENT = "argument ";

  private static final String DEFAULTS = "ssc-defaults.conf";

  /** What to do about a substitution of something else. */
  private static final String ONLY_SETTINGS =
      "the environment is not read: write the value, or give it as KEY=VALUE";

  private static final Pattern HOCON = Pattern.compile("\\s*[\\[{\"].*|.*\\$\\{.*", Pattern.DOTALL);
  private static final Pattern SCALAR =
      Pattern.compile("true|false|null|-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern LINE_BREAKS = Pattern.compile("\\s+");

  private final Config config;

  private Settings(Config config) {
    this.config = config;
  }

  /**
   * Reads and merges the settings.
   *
   * @param file a HOCON file of this machine, which may include others; all have to be there
   * @param overrides arguments {@code key=value}; a value that starts with a bracket, a brace or a
   *     quote is HOCON, any other is taken as it stands, so URIs need no quotes
   * @throws BadInputException if a file is absent or not HOCON, an argument is malformed or a key
   *     is not among the defaults
   */
  public static Settings load(Optional<String> file, List<String> overrides) {
    return load(SettingsSource.LOCAL, file, overrides);
  }

  /**
   * As {@link #load(Optional, List)}, with files from elsewhere.
   *
   * @param source knows the file and its includes
   */
  public static Settings load(
      SettingsSource source, Optional<String> file, List<String> overrides) {
    Config defaults = ConfigFactory.parseResources(Settings.class.getClassLoader(), DEFAULTS);
    return load(defaults, source, file, overrides);
  }

  /**
   * Reads and merges the settings of a command that has defaults of its own.
   *
   * @param preset a resource of this class path, in HOCON, which overrides the defaults
   * @throws BadInputException as {@link #load(Optional, List)}
   */
  public static Settings load(
      String preset, SettingsSource source, Optional<String> file, List<String> overrides) {
    ClassLoader loader = Settings.class.getClassLoader();
    Config defaults = ConfigFactory.parseResources(loader, DEFAULTS);
    Config own =
        ConfigFactory.parseResources(
            loader, preset, ConfigParseOptions.defaults().setAllowMissing(false));
    own = written(own, defaults);
    checkKeys(own.root(), defaults.root(), "");
    return load(own.withFallback(defaults), source, file, overrides);
  }

  /**
   * The settings of a record with some of them overridden.
   *
   * @param overrides as in {@link #load(Optional, List)}; keys must be components of the record
   * @throws BadInputException if an argument is malformed or a key is unknown
   */
  public static Settings of(Record record, List<String> overrides) {
    Config own = ConfigFactory.parseString(CanonicalJson.of(record));
    return load(own, SettingsSource.LOCAL, Optional.empty(), overrides);
  }

  static Settings load(
      Config defaults, SettingsSource source, Optional<String> file, List<String> overrides) {
    Config given;
    Config fallback;
    try {
      given = given(defaults, source, file, overrides);
      fallback = withoutReplaced(defaults.root(), given.root()).toConfig();
    } catch (ConfigException.NotResolved e) {
      throw new BadInputException(
          "Cannot read the settings: a section that is a substitution, as in train = ${other}, cannot be given other keys; write its keys out",
          e);
    }
    Set<String> missing = new TreeSet<>();
    Config resolved;
    try {
      resolved =
          given
              .withFallback(fallback)
              .resolve(ConfigResolveOptions.noSystem().appendResolver(new NoSettings(missing)));
    } catch (ConfigException e) {
      throw new BadInputException(
          "Cannot resolve the settings: %s%s"
              .formatted(oneLine(e), missing.isEmpty() ? "" : "; " + ONLY_SETTINGS),
          e);
    }
    if (!missing.isEmpty()) {
      // HOCON drops what an optional substitution does not find: a setting lost.
      throw new BadInputException(
          "Cannot resolve the settings: ${?%s} is no setting; %s"
              .formatted(String.join("}, ${?", missing), ONLY_SETTINGS));
    }
    return new Settings(WrittenOrigins.of(resolved.root(), given.root()).toConfig());
  }

  private static Config given(
      Config defaults, SettingsSource source, Optional<String> file, List<String> overrides) {
    Config given =
        written(
            file.map(name -> SettingsFile.parse(source, name, defaults.root()))
                .orElseGet(ConfigFactory::empty),
            defaults);
    for (String override : overrides) {
      Config next = written(parseOverride(override), defaults);
      ValueOrSection.require(given.root(), next.root());
      given = next.withFallback(given);
    }
    checkKeys(given.root(), defaults.root(), "");
    return given;
  }

  /** Remembers what substitutions refer to and no setting gives. */
  private record NoSettings(Set<String> paths) implements ConfigResolver {
    @Override
    public ConfigValue lookup(String path) {
      paths.add(path);
      return null;
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return this;
    }
  }

  /**
   * Binds one section to a record: component {@code labelSmoothing} is key {@code label-smoothing}.
   * Components may be numbers, booleans, strings, enums, durations, records, and Optional, List or
   * Map of those. An IllegalArgumentException of the record's constructor becomes bad input.
   *
   * @param section a path such as {@code train}
   * @throws BadInputException if it is no section, or a key is unknown, missing, of the wrong type
   *     or out of range
   */
  public <R extends Record> R bind(String section, Class<R> type) {
    return type.cast(RecordBinder.value(value(section), type, section));
  }

  /**
   * A section whose keys are not those of a record.
   *
   * @param path such as {@code sweep.space}
   * @throws BadInputException if it, or one of those that it is in, is no section
   */
  public ConfigObject section(String path) {
    return RecordBinder.section(value(path), path);
  }

  private ConfigValue value(String path) {
    ConfigValue value = config.root();
    String name = "";
    for (String key : ConfigUtil.splitPath(path)) {
      value = RecordBinder.section(value, name).get(key);
      name = RecordBinder.join(name, key);
      if (value == null) {
        throw new IllegalStateException("No section " + name + " in " + DEFAULTS);
      }
    }
    return value;
  }

  /**
   * Binds a record whose components are top-level keys or sections; other top-level keys are left
   * to others, those below must match as in {@link #bind(String, Class)}.
   */
  public <R extends Record> R bind(Class<R> type) {
    return RecordBinder.bindKnown(config.root(), type, "");
  }

  /** Binds a configuration on its own, all of whose keys must be components of the record. */
  public static <R extends Record> R bind(Config config, Class<R> type) {
    return RecordBinder.bindAll(config.root(), type, "");
  }

  /** The keys of settings that end in these parts, as {@code epochs} does of train.epochs. */
  public static SortedSet<String> knownAs(String name) {
    SortedSet<String> keys = new TreeSet<>();
    collect(
        ConfigFactory.parseResources(Settings.class.getClassLoader(), DEFAULTS).root(), "", keys);
    if (keys.contains(name)) {
      return new TreeSet<>(Set.of(name));
    }
    keys.removeIf(key -> !key.endsWith("." + name));
    return keys;
  }

  private static void collect(ConfigObject section, String path, Set<String> keys) {
    section.forEach(
        (key, value) -> {
          String name = RecordBinder.join(path, key);
          if (value instanceof ConfigObject inner) {
            collect(inner, name, keys);
          } else {
            keys.add(name);
          }
        });
  }

  /** The keys of all that was given, in files and arguments; those that are null are not. */
  public SortedSet<String> given() {
    return keys(origin -> origin.resource() == null);
  }

  /** The keys of what was given as an argument {@code key=value}, likewise. */
  public SortedSet<String> arguments() {
    return keys(origin -> origin.description().startsWith(ARGUMENT));
  }

  /**
   * Holds that a command has a use for each argument {@code key=value}. Of files it may have none:
   * they can be written for several commands.
   *
   * @param command for the message
   * @param isUsed whether the command looks at a key
   * @throws BadInputException if it looks at one of them never
   */
  public void requireArguments(String command, Predicate<String> isUsed) {
    for (String key : arguments()) {
      if (!isUsed.test(key)) {
        throw new BadInputException(
            "Setting %s means nothing to %s; leave it out".formatted(key, command));
      }
    }
  }

  /** Whether a key is one of these, or in a section that is. */
  public static boolean isWithin(String key, String... sections) {
    return Arrays.stream(sections)
        .anyMatch(section -> key.equals(section) || key.startsWith(section + "."));
  }

  private SortedSet<String> keys(Predicate<ConfigOrigin> from) {
    SortedSet<String> keys = new TreeSet<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      if (from.test(entry.getValue().origin())) {
        keys.add(entry.getKey());
      }
    }
    return keys;
  }

  /** All settings, resolved. */
  public Config config() {
    return config;
  }

  /** All settings as JSON with sorted keys. To hash settings take {@link CanonicalJson#of}. */
  public String json() {
    return CanonicalJson.render(config.root());
  }

  private static Config written(Config given, Config defaults) {
    return SectionName.written(given.root(), defaults.root()).toConfig();
  }

  private static Config parseOverride(String override) {
    int equals = override.indexOf('=');
    if (equals <= 0) {
      boolean isPlace = override.contains("/") || new File(override).exists();
      throw new BadInputException(
          "Argument '%s' is not a setting: write key=value%s"
              .formatted(
                  override,
                  isPlace
                      ? "; as a place it is one too many: an option takes one, so of several give"
                          + " the folder that they are in"
                      : ""));
    }
    String key = override.substring(0, equals).strip();
    String text = override.substring(equals + 1);
    String origin = ARGUMENT + override;
    try {
      ConfigUtil.splitPath(key);
      boolean isHocon = HOCON.matcher(text).matches() || SCALAR.matcher(text).matches();
      return ConfigFactory.parseString(
          key + " = " + (isHocon ? text : ConfigUtil.quoteString(text)),
          ConfigParseOptions.defaults().setOriginDescription(origin));
    } catch (ConfigException e) {
      throw new BadInputException("Cannot read " + oneLine(e), e);
    }
  }

  /**
   * A section that is empty, null or has a type among the defaults is checked where it is bound.
   */
  private static void checkKeys(ConfigObject given, ConfigObject known, String path) {
    for (String key : given.keySet().stream().sorted().toList()) {
      if (!known.containsKey(key)) {
        throw RecordBinder.unknownKey(path, key, given.get(key), known.keySet());
      }
      if (given.get(key) instanceof ConfigObject section
          && known.get(key) instanceof ConfigObject knownSection
          && !knownSection.isEmpty()
          && !knownSection.containsKey(RecordBinder.TYPE)) {
        checkKeys(section, knownSection, RecordBinder.join(path, key));
      }
    }
  }

  /** Defaults without the settings of types in whose place another type was given. */
  private static ConfigObject withoutReplaced(ConfigObject defaults, ConfigObject given) {
    ConfigObject kept = defaults;
    for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
      if (entry.getValue() instanceof ConfigObject section
          && defaults.get(entry.getKey()) instanceof ConfigObject own) {
        ConfigValue type = section.get(RecordBinder.TYPE);
        ConfigValue ownType = own.get(RecordBinder.TYPE);
        kept =
            type != null && ownType != null && !type.equals(ownType)
                ? kept.withoutKey(entry.getKey())
                : kept.withValue(entry.getKey(), withoutReplaced(own, section));
      }
    }
    return kept;
  }

  static String oneLine(ConfigException e) {
    return LINE_BREAKS.matcher(e.getMessage()).replaceAll(" ");
  }
}
