package org.sscspark.data.raw;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sscspark.config.BadInputException;

/**
 * The links of an archive. A file is found under its own path and under every path that leads to it
 * through links, as in the unpacked folder.
 *
 * @param archive the archive, for messages
 * @param byTarget the paths of the links to each target
 */
record Links(String archive, Map<String, List<String>> byTarget) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_PATHS = 1000;

  /** Characters of a path in a message. */
  private static final int SHOWN = 80;

  static Links none() {
    return new Links("", Map.of());
  }

  static Links of(String archive, List<ArchiveEntry> links) {
    Map<String, List<String>> byTarget = new HashMap<>();
    for (ArchiveEntry link : links) {
      byTarget.computeIfAbsent(link.target(), target -> new ArrayList<>()).add(link.path());
    }
    return new Links(archive, byTarget);
  }

  /** What is said of a link to what the archive does not hold. */
  static BadInputException leadsOut(String where) {
    return new BadInputException(
        where
            + " is a link that leads out of the archive; make the archive again with tar -h, "
            + "which stores what links lead to");
  }

  boolean isEmpty() {
    return byTarget.isEmpty();
  }

  /**
   * Returns all paths of a file, its own first.
   *
   * @throws BadInputException if links lead in circles
   */
  Set<String> paths(String path) {
    if (byTarget.isEmpty()) {
      return Set.of(path);
    }
    Set<String> paths = new LinkedHashSet<>(List.of(path));
    Deque<String> unseen = new ArrayDeque<>(paths);
    while (!unseen.isEmpty()) {
      String known = unseen.remove();
      for (String other : oneLinkAway(known)) {
        if (paths.add(other)) {
          unseen.add(other);
        }
      }
      if (paths.size() > MOST_PATHS) {
        throw new BadInputException(
            "Links of %s lead to %s by more than %s paths, as by %s; remove those that lead in circles"
                .formatted(
                    archive,
                    path,
                    MOST_PATHS,
                    known.length() <= SHOWN ? known : known.substring(0, SHOWN) + "..."));
      }
    }
    return paths;
  }

  /** The paths by links to the file itself or to a folder around it. */
  private List<String> oneLinkAway(String path) {
    List<String> others = new ArrayList<>();
    String target = path;
    while (true) {
      String rest = target.isEmpty() ? "/" + path : path.substring(target.length());
      byTarget.getOrDefault(target, List.of()).forEach(link -> others.add(link + rest));
      if (target.isEmpty()) {
        return others;
      }
      target = ArchiveEntry.parent(target);
    }
  }
}
