package org.sscspark.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Files of a source and, as {@code classpath:/NAME}, resources; of several of one name the first on
 * the class path, as for any resource.
 */
record WithResources(SettingsSource files) implements SettingsSource {
  private static final String SCHEME = "classpath";

  /** Where a resource is. */
  static URI location(String resource) {
    try {
      return new URI(SCHEME, null, "/" + resource, null).normalize();
    } catch (URISyntaxException e) {
      throw new BadInputException(
          "Resource '%s' of the class path is no path: %s".formatted(resource, e.getMessage()), e);
    }
  }

  /** The name of the resource that is at a location, if one can be. */
  static Optional<String> resource(URI location) {
    return SCHEME.equals(location.getScheme())
        ? Optional.of(location.getPath().substring(1))
        : Optional.empty();
  }

  @Override
  public Optional<String> read(URI location) {
    Optional<String> resource = resource(location);
    if (resource.isEmpty()) {
      return files.read(location);
    }
    try (InputStream in = Settings.class.getClassLoader().getResourceAsStream(resource.get())) {
      return in == null ? Optional.empty() : Optional.of(SettingsSource.text(in.readAllBytes()));
    } catch (IOException e) {
      throw new BadInputException(
          "Cannot read settings file %s: %s".formatted(location, e.getMessage()), e);
    }
  }
}
