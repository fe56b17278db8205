package org.sscspark.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a file or folder is, as users write it: a URI, or a plain path, which is a local one. */
public final class Location {
  private static final Pattern WITH_SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(?://([^/]*))?(.*)", Pattern.DOTALL);
  private static final Pattern ESCAPED = Pattern.compile("(?:[^%\\s#?]|%[0-9A-Fa-f]{2})*");
  private static final Pattern BLANK = Pattern.compile("\\s");
  private static final Pattern LAST_SLASHES = Pattern.compile("(?<=[^/])/+$");

  private Location() {}

  /**
   * Returns the absolute URI of what a user wrote; a plain path becomes {@code file:}, whatever
   * Hadoop's default file system is, so that a path means the same everywhere. {@code file:a/b} is
   * relative like a/b, {@code ~/a} is in the user's home also where no shell has seen it. The path
   * of a URI may be escaped or, as for Hadoop's own commands, be written with blanks and {@code #}
   * in it.
   *
   * @throws BadInputException if the text is empty or no URI
   */
  public static URI of(String text) {
    if (text.isBlank()) {
      throw new BadInputException(
          "Location is empty; give a path or a URI such as hdfs://host/dir");
    }
    Matcher parts = WITH_SCHEME.matcher(text);
    if (!parts.matches()) {
      return local(text, text);
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String authority = parts.group(2);
    String path = unescaped(parts.group(3));
    if (scheme.equals("file")) {
      if (authority != null && !authority.isEmpty() && !authority.equals("localhost")) {
        throw new BadInputException(
            "Location '%s' names a machine, '%s': write %s%s or file:///%s%s"
                .formatted(text, authority, authority, path, authority, path));
      }
      return local(text, path);
    }
    if (authority != null && BLANK.matcher(authority).find()) {
      throw new BadInputException(
          "Location '%s' is no URI: a host name has no blanks".formatted(text));
    }
    if (authority == null && !path.startsWith("/")) {
      throw new BadInputException(
          "Location '%s' names no place: write %s://HOST/%s, or ./%s for a file of this machine"
              .formatted(text, scheme, path, text));
    }
    try {
      return new URI(
          scheme, authority, withoutLastSlashes(path.isEmpty() ? "/" : path), null, null);
    } catch (URISyntaxException e) {
      throw new BadInputException(
          "Location '" + text + "' is no URI (" + e.getMessage() + "); write scheme://host/path",
          e);
    }
  }

  /** What another location means in a file at {@code base}. */
  static URI sibling(URI base, String text) {
    if (text.startsWith("~") || WITH_SCHEME.matcher(text).matches()) {
      return of(text);
    }
    if (base.getScheme().equals("file")) {
      return of(Path.of(base).resolveSibling(text).toString());
    }
    String folder = base.getPath().substring(0, base.getPath().lastIndexOf('/') + 1);
    String path = text.startsWith("/") ? text : folder + text;
    try {
      return new URI(base.getScheme(), base.getAuthority(), path, null, null).normalize();
    } catch (URISyntaxException e) {
      throw new BadInputException("Location '" + text + "' is no path: " + e.getMessage(), e);
    }
  }

  /** How people write it: without {@code file:}. */
  static String display(URI location) {
    return "file".equals(location.getScheme()) ? Path.of(location).toString() : location.toString();
  }

  private static URI local(String text, String path) {
    try {
      Path absolute = Path.of(inHome(text, path)).toAbsolutePath().normalize();
      // Path adds a slash to what is a folder today.
      String uri = absolute.toUri().toString();
      return URI.create(absolute.getNameCount() > 0 ? withoutLastSlashes(uri) : uri);
    } catch (InvalidPathException e) {
      throw new BadInputException(
          "Location '%s' cannot be a file name here (%s); is LC_ALL a UTF-8 one?"
              .formatted(text, e.getReason()),
          e);
    }
  }

  private static String inHome(String text, String path) {
    if (!path.startsWith("~")) {
      return path;
    }
    String home = System.getProperty("user.home");
    boolean hasHome = home != null && Path.of(home).isAbsolute();
    if (!path.equals("~") && !path.startsWith("~/") || !hasHome) {
      throw new BadInputException(
          "Location '%s': write the whole path, or ./%s for a folder of that name"
              .formatted(text, path));
    }
    return home + path.substring(1);
  }

  private static String unescaped(String path) {
    return path.contains("%") && ESCAPED.matcher(path).matches()
        ? URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
        : path;
  }

  private static String withoutLastSlashes(String path) {
    return LAST_SLASHES.matcher(path).replaceFirst("");
  }
}
