package org.sscspark.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Parses a settings file and all that it includes. HOCON leaves out an include that is not there;
 * here that is an error, because a setting that is not read is a setting lost.
 */
final class SettingsFile {
  private static final List<String> EXTENSIONS = List.of(".conf", ".json", ".properties");

  private static final ConfigObject NOTHING = ConfigFactory.empty().root();

  private final SettingsSource source;
  private final URI location;
  private final String name;

  /** The files that led here, this one last. */
  private final List<URI> chain;

  private final NameAndSection check;

  private SettingsFile(
      SettingsSource source, URI location, String name, List<URI> chain, NameAndSection check) {
    this.source = source;
    this.location = location;
    this.name = name;
    this.chain = chain;
    this.check = check;
  }

  /** As the other, of a file whose sections are not known. */
  static Config parse(SettingsSource source, String name) {
    return parse(source, name, NOTHING);
  }

  /**
   * Parses a file.
   *
   * @param name what the user wrote; errors name the file so
   * @param known the settings that there are, for their sections
   * @throws BadInputException if it or an include is absent or malformed, or gives a section in two
   *     ways of which one would be lost
   */
  static Config parse(SettingsSource source, String name, ConfigObject known) {
    URI location = Location.of(name);
    Map<URI, Optional<String>> texts = new HashMap<>();
    SettingsSource all = new WithResources(source);
    SettingsSource once = file -> texts.computeIfAbsent(file, all::read);
    String text =
        once.read(location)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "Cannot read settings file %s: it does not exist".formatted(name)));
    try {
      List<URI> chain = List.of(location);
      new SettingsFile(once, location, name, chain, NameAndSection.of(known)).parse(text);
      return new SettingsFile(once, location, name, chain, NameAndSection.of(NOTHING)).parse(text);
    } catch (ConfigException e) {
      throw new BadInputException("Cannot read settings file " + Settings.oneLine(e), e);
    }
  }

  private Config parse(String text) {
    if (check.isEmpty()) {
      return parse(text, syntax());
    }
    Config parsed;
    if (syntax() == ConfigSyntax.PROPERTIES) {
      parsed = parse(text, ConfigSyntax.PROPERTIES);
      check.addProperties(text);
    } else {
      parsed = parse(check.witnessed(text), ConfigSyntax.CONF);
      check.add(text, parsed.root());
    }
    check.require(name);
    return parsed;
  }

  private Config parse(String text, ConfigSyntax syntax) {
    try {
      return ConfigFactory.parseString(
          text,
          ConfigParseOptions.defaults()
              .setSyntax(syntax)
              .setOriginDescription(name)
              .setIncluder(new Includer()));
    } catch (IllegalArgumentException e) {
      // Of properties, an escape that is none.
      throw new BadInputException(
          "Cannot read settings file %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private ConfigSyntax syntax() {
    if (location.getPath().endsWith(".json")) {
      return ConfigSyntax.JSON;
    }
    return location.getPath().endsWith(".properties") ? ConfigSyntax.PROPERTIES : ConfigSyntax.CONF;
  }

  /** A name without an extension stands for all files that have it with one. */
  private ConfigObject include(String what, URI target) {
    List<URI> candidates = new ArrayList<>();
    if (EXTENSIONS.stream().anyMatch(target.getPath()::endsWith)) {
      candidates.add(target);
    } else {
      EXTENSIONS.forEach(extension -> candidates.add(URI.create(target + extension)));
    }
    Config merged = ConfigFactory.empty();
    boolean found = false;
    for (URI candidate : candidates) {
      Optional<String> text = source.read(candidate);
      if (text.isPresent()) {
        found = true;
        SettingsFile included = included(candidate);
        merged = merged.withFallback(included.parse(text.get()));
        check.add(included.check);
      }
    }
    if (!found) {
      throw absent(what, target, candidates);
    }
    return merged.root();
  }

  private BadInputException absent(String what, URI target, List<URI> candidates) {
    return new BadInputException(
        WithResources.resource(target)
            .map(
                resource ->
                    "Settings file %s includes classpath(\"%s\"), which is not on the class path; put it there, or include a file by its path"
                        .formatted(name, resource))
            .orElseGet(
                () ->
                    "Settings file %s includes \"%s\", which is not there: looked for %s"
                        .formatted(
                            name,
                            what,
                            candidates.stream()
                                .map(Location::display)
                                .collect(Collectors.joining(", ")))));
  }

  private SettingsFile included(URI other) {
    if (chain.contains(other)) {
      throw new BadInputException(
          "Settings file %s includes %s, which includes it again"
              .formatted(name, Location.display(other)));
    }
    List<URI> longer = new ArrayList<>(chain);
    longer.add(other);
    return new SettingsFile(
        source, other, Location.display(other), List.copyOf(longer), check.included());
  }

  private class Includer
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    /** Relative to the file that includes. */
    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      return SettingsFile.this.include(what, Location.sibling(location, what));
    }

    /** Relative to the working directory. */
    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return SettingsFile.this.include(what.getPath(), Location.of(what.getPath()));
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      return SettingsFile.this.include(what.toString(), Location.of(what.toString()));
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      return SettingsFile.this.include(what, WithResources.location(what));
    }
  }
}
