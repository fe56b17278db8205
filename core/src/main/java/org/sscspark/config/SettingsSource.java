package org.sscspark.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where settings files are read from: this machine, a file system, or what somebody sent. */
@FunctionalInterface
public interface SettingsSource {
  /** Files of this machine; other URLs are fetched. */
  SettingsSource LOCAL =
      location -> {
        try {
          if (!"file".equals(location.getScheme())) {
            try (InputStream in = location.toURL().openStream()) {
              return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
          }
          Path path = Path.of(location);
          if (Files.isDirectory(path)) {
            throw new BadInputException(
                "Cannot read settings file %s: it is not a file".formatted(path));
          }
          return Files.exists(path) ? Optional.of(Files.readString(path)) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
          throw new BadInputException(
              "Cannot read settings file %s: %s".formatted(Location.display(location), e), e);
        }
      };

  /**
   * The text of a file.
   *
   * @param location an absolute URI
   * @return empty if there is no such file
   * @throws BadInputException if there is one that cannot be read
   */
  Optional<String> read(URI location);
}
