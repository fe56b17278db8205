package org.sscspark.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where settings files are read from: this machine, a file system, or what somebody sent. */
@FunctionalInterface
public interface SettingsSource {
  /** What a server may take to be reached, and between two pieces of an answer. */
  int TIMEOUT_MILLIS = 10_000;

  /** Files of this machine; other URLs are fetched. */
  SettingsSource LOCAL =
      location -> {
        try {
          if (!"file".equals(location.getScheme())) {
            return Optional.of(text(fetched(location)));
          }
          Path path = Path.of(location);
          if (Files.isDirectory(path)) {
            throw new BadInputException(
                "Cannot read settings file %s: it is not a file".formatted(path));
          }
          return Files.exists(path)
              ? Optional.of(text(Files.readAllBytes(path)))
              : Optional.empty();
        } catch (FileNotFoundException e) {
          return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
          throw new BadInputException(
              "Cannot read settings file %s: %s".formatted(Location.display(location), words(e)),
              e);
        }
      };

  private static byte[] fetched(URI location) throws IOException {
    URLConnection connection = location.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  /**
   * The text of a file's bytes.
   *
   * @throws IOException if they are not UTF-8
   */
  static String text(byte[] bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8 text", e);
    }
  }

  private static String words(Exception e) {
    if (e instanceof UnknownHostException) {
      return "there is no host " + e.getMessage();
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * The text of a file.
   *
   * @param location an absolute URI
   * @return empty if there is no such file
   * @throws BadInputException if there is one that cannot be read
   */
  Optional<String> read(URI location);
}
