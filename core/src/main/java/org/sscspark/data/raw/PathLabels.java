package org.sscspark.data.raw;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tells the class of an image in an archive by its path. */
interface PathLabels extends Serializable {
  /** Returns the class of a file; empty if it is no image of a class. */
  Optional<String> classOf(String path);

  /**
   * The folder below a root is the class, however deep the image.
   *
   * @param root the folder of the class folders, "" for the top
   */
  record ByFolder(String root, Set<String> classes) implements PathLabels {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<String> classOf(String path) {
      String prefix = root.isEmpty() ? "" : root + "/";
      if (!path.startsWith(prefix)) {
        return Optional.empty();
      }
      List<String> parts = List.of(path.substring(prefix.length()).split("/", -1));
      boolean image =
          parts.size() > 1
              && parts.stream().noneMatch(RawFiles::isHidden)
              && ImageFiles.isImage(parts.get(parts.size() - 1));
      return image && classes.contains(parts.get(0)) ? Optional.of(parts.get(0)) : Optional.empty();
    }
  }

  /**
   * A list says the class of each file of a folder.
   *
   * @param classes the class of each file name
   */
  record ByList(String folder, TreeMap<String, String> classes) implements PathLabels {
    private static final long serialVersionUID = 1L;

    static ByList of(String folder, Map<String, String> classes) {
      return new ByList(folder, new TreeMap<>(classes));
    }

    @Override
    public Optional<String> classOf(String path) {
      return ArchiveEntry.parent(path).equals(folder)
          ? Optional.ofNullable(classes.get(ArchiveEntry.name(path)))
          : Optional.empty();
    }
  }

  /** Every image is of one class without a name. */
  record None() implements PathLabels {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<String> classOf(String path) {
      return !ArchiveEntry.isHidden(path) && ImageFiles.isImage(ArchiveEntry.name(path))
          ? Optional.of("")
          : Optional.empty();
    }
  }
}
