package org.sscspark.data.raw;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/**
 * What an archive of CIFAR's binary version holds, from one pass over it, or two if it has links. A
 * file counts under every name by which links lead to it, as in the unpacked folder.
 */
final class CifarArchive {
  private static final int NAMES_BYTES = 1 << 16;

  private final CifarVersion version;
  private final Path path;
  private final Links links;
  private final List<ArchiveEntry> linkEntries = new ArrayList<>();

  /** The path of the file that has each name. */
  private final Map<String, String> paths = new TreeMap<>();

  private Optional<List<String>> classes = Optional.empty();

  private CifarArchive(CifarVersion version, Path path, Links links) {
    this.version = version;
    this.path = path;
    this.links = links;
  }

  /**
   * Reads all of an archive.
   *
   * @throws BadInputException if it is none, damaged, has two files of one name that are looked
   *     for, or a link of such a name that leads out of it
   */
  static CifarArchive of(CifarVersion version, RawFiles files, Path path) throws IOException {
    CifarArchive found = new CifarArchive(version, path, Links.none());
    found.read(files);
    if (found.linkEntries.isEmpty()) {
      return found;
    }
    CifarArchive linked =
        new CifarArchive(version, path, Links.of(path.toString(), found.linkEntries));
    linked.read(files);
    return linked;
  }

  private void read(RawFiles files) throws IOException {
    try (Archive archive = Archive.open(files, path)) {
      Optional<ArchiveEntry> entry = archive.next();
      while (entry.isPresent()) {
        add(entry.get(), archive);
        entry = archive.next();
      }
    }
  }

  private void add(ArchiveEntry entry, Archive archive) throws IOException {
    if (entry.type() == ArchiveEntry.Type.LINK) {
      linkEntries.add(entry);
      if (version.owns(entry.name())
          && !ArchiveEntry.isHidden(entry.path())
          && entry.target().equals(ArchiveEntry.OUTSIDE)) {
        throw Links.leadsOut(archive.where(entry.path()));
      }
    } else if (entry.type() == ArchiveEntry.Type.FILE) {
      for (Map.Entry<String, String> named : byName(links, entry).entrySet()) {
        String name = named.getKey();
        String other = paths.putIfAbsent(name, named.getValue());
        if (other != null && version.owns(name)) {
          throw new BadInputException(
              "%s has two files %s, %s and %s; unpack it and give the folder of one"
                  .formatted(path, name, other, named.getValue()));
        }
        if (name.equals(version.namesFile())) {
          String text = new String(archive.read(NAMES_BYTES), StandardCharsets.UTF_8);
          classes = Optional.of(version.classes(text, archive.where(named.getValue())));
        }
      }
    }
  }

  /** The names of a file, each with a path by which it is found under that name, if not hidden. */
  static Map<String, String> byName(Links links, ArchiveEntry file) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (String path : links.paths(file.path())) {
      if (!ArchiveEntry.isHidden(path)) {
        paths.putIfAbsent(ArchiveEntry.name(path), path);
      }
    }
    return paths;
  }

  /** The names of all files. */
  List<String> names() {
    return List.copyOf(paths.keySet());
  }

  /** The classes, if a file names them. */
  Optional<List<String>> classes() {
    return classes;
  }

  Links links() {
    return links;
  }
}
