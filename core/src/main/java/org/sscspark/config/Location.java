package org.sscspark.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where a file or folder is, as users write it: a URI, or a plain path, which is a local one. */
public final class Location {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  private Location() {}

  /**
   * Returns the absolute URI of what a user wrote; a plain path becomes {@code file:}, whatever
   * Hadoop's default file system is, so that a path means the same everywhere.
   *
   * @throws BadInputException if the text is empty or no URI
   */
  public static URI of(String text) {
    if (text.isBlank()) {
      throw new BadInputException(
          "Location is empty; give a path or a URI such as hdfs://host/dir");
    }
    if (!SCHEME.matcher(text).matches()) {
      return URI.create(
          Path.of(text).toAbsolutePath().normalize().toUri().toString().replaceAll("/$", ""));
    }
    try {
      return URI.create(text.length() > 1 && text.endsWith("/") ? dropSlashes(text) : text);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "Location '" + text + "' is no URI (" + e.getMessage() + "); encode special characters",
          e);
    }
  }

  private static String dropSlashes(String text) {
    return text.replaceAll("(?<=[^/])/+$", "");
  }
}
