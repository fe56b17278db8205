package org.sscspark.data.raw;

import java.util.Arrays;

/**
 * One thing in an archive.
 *
 * @param path its place from the top of the archive, without "." or a slash at either end
 * @param target the place that a link leads to, or {@link #OUTSIDE}; else empty
 * @param bytes the length that the archive states
 */
record ArchiveEntry(String path, Type type, String target, long bytes) {
  /** The target of a link that leaves the archive. */
  static final String OUTSIDE = "/";

  enum Type {
    FILE,
    FOLDER,
    LINK,
    /** Devices, pipes and the like, which hold nothing. */
    OTHER
  }

  static ArchiveEntry of(String name, Type type, long bytes) {
    return new ArchiveEntry(normalized("", name), type, "", bytes);
  }

  /** A symbolic link, whose target is seen from its own folder. */
  static ArchiveEntry symbolicLink(String name, String target) {
    String path = normalized("", name);
    String resolved = target.startsWith("/") ? OUTSIDE : normalized(parent(path), target);
    return new ArchiveEntry(path, Type.LINK, resolved, 0);
  }

  /** A hard link, whose target is seen from the top of the archive. */
  static ArchiveEntry hardLink(String name, String target) {
    return new ArchiveEntry(normalized("", name), Type.LINK, normalized("", target), 0);
  }

  /** Resolves a path, or returns {@link #OUTSIDE} if it leaves the archive. */
  private static String normalized(String folder, String path) {
    String resolved = folder;
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        if (resolved.isEmpty()) {
          return OUTSIDE;
        }
        resolved = parent(resolved);
      } else if (!part.isEmpty() && !part.equals(".")) {
        resolved = FolderTree.child(resolved, part);
      }
    }
    return resolved;
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether it or a folder around it is hidden. */
  static boolean isHidden(String path) {
    return Arrays.stream(path.split("/", -1)).anyMatch(RawFiles::isHidden);
  }

  String name() {
    return name(path);
  }
}
