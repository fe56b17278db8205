package org.sscspark.data.raw;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/**
 * What an archive of images holds, from one pass over it, or two if it has links. It keeps counts
 * of folders, and the paths of images only to find those that are there twice.
 */
final class ArchiveIndex implements FolderTree {
  private static final int OTHER_FILES = 20;

  private final Path path;
  private final Map<String, Folder> folders = new HashMap<>();
  private final Set<String> images = new HashSet<>();
  private final Set<String> hiddenFolders = new HashSet<>();
  private final List<ArchiveEntry> linkEntries = new ArrayList<>();
  private final Set<String> reachedLinks = new HashSet<>();
  private Links links = Links.none();
  private long entries;
  private boolean indexed;

  /** A visible folder. */
  private static final class Folder {
    private final TreeSet<String> folders = new TreeSet<>();
    private final TreeMap<String, String> otherFiles = new TreeMap<>();
    private final PassedOverTally passedOver = new PassedOverTally();
    private long images;
  }

  private ArchiveIndex(Path path) {
    this.path = path;
    folders.put("", new Folder());
  }

  /**
   * Reads all of an archive.
   *
   * @throws BadInputException if it is none, damaged, or has a file twice
   */
  static ArchiveIndex of(RawFiles files, Path path) throws IOException {
    ArchiveIndex index = new ArchiveIndex(path);
    index.read(files);
    if (!index.linkEntries.isEmpty()) {
      ArchiveIndex linked = new ArchiveIndex(path);
      linked.links = Links.of(path.toString(), index.linkEntries);
      linked.read(files);
      return linked;
    }
    return index;
  }

  private void read(RawFiles files) throws IOException {
    try (Archive archive = Archive.open(files, path)) {
      indexed = archive.isIndexed();
      Optional<ArchiveEntry> entry = archive.next();
      while (entry.isPresent()) {
        entries++;
        add(entry.get());
        entry = archive.next();
      }
    }
  }

  private void add(ArchiveEntry entry) {
    switch (entry.type()) {
      case LINK -> linkEntries.add(entry);
      case OTHER -> {
        Optional<Folder> in = folder(ArchiveEntry.parent(entry.path()));
        in.ifPresent(
            folder ->
                folder.passedOver.add(
                    RawFiles.isHidden(entry.name())
                        ? PassedOverTally.HIDDEN_FILE
                        : PassedOverTally.SPECIAL_FILE,
                    where(entry.path())));
      }
      case FOLDER, FILE -> {
        for (String at : links.paths(entry.path())) {
          if (!at.equals(entry.path())) {
            reachedLinks.add(at);
          }
          if (entry.type() == ArchiveEntry.Type.FOLDER) {
            folder(at);
          } else {
            addFile(at);
          }
        }
      }
    }
  }

  private void addFile(String file) {
    String name = ArchiveEntry.name(file);
    Optional<Folder> in = folder(ArchiveEntry.parent(file));
    if (in.isEmpty()) {
      return;
    }
    if (RawFiles.isHidden(name)) {
      in.get().passedOver.add(PassedOverTally.HIDDEN_FILE, where(file));
    } else if (ImageFiles.isImage(name)) {
      if (!images.add(file)) {
        throw new BadInputException(
            where(file) + " is in the archive twice; unpack it and give the folder");
      }
      in.get().images++;
    } else {
      in.get().passedOver.addFile(name, where(file));
      if (in.get().otherFiles.size() < OTHER_FILES) {
        in.get().otherFiles.put(name, name);
      }
    }
  }

  /** Returns a folder, known from now on; empty if it or one around it is hidden. */
  private Optional<Folder> folder(String folder) {
    Folder known = folders.get(folder);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Folder> around = folder(ArchiveEntry.parent(folder));
    if (around.isEmpty()) {
      return around;
    }
    String name = ArchiveEntry.name(folder);
    if (RawFiles.isHidden(name)) {
      if (hiddenFolders.add(folder)) {
        around.get().passedOver.add(PassedOverTally.HIDDEN_FOLDER, where(folder));
      }
      return Optional.empty();
    }
    around.get().folders.add(name);
    Folder added = new Folder();
    folders.put(folder, added);
    return Optional.of(added);
  }

  private String where(String file) {
    return path + "!" + file;
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public List<String> folders(String folder) {
    return folders.containsKey(folder) ? List.copyOf(folders.get(folder).folders) : List.of();
  }

  @Override
  public boolean hasImages(String folder) {
    return folders.get(folder).images > 0;
  }

  @Override
  public List<String> otherFiles(String folder) {
    return List.copyOf(folders.get(folder).otherFiles.keySet());
  }

  Links links() {
    return links;
  }

  /**
   * Counts the images of each class; one without images is listed.
   *
   * @param root where the images are: those below it without a class are passed over
   */
  RawCount count(PathLabels labels, List<String> classes, String root) {
    SortedMap<String, Long> counts = new TreeMap<>();
    PassedOverTally tally = new PassedOverTally();
    classes.forEach(name -> counts.put(name, 0L));
    for (String image : images) {
      Optional<String> className = labels.classOf(image);
      className.ifPresent(name -> counts.merge(name, 1L, Long::sum));
      if (className.isEmpty() && image.startsWith(root + "/")) {
        tally.add(PassedOverTally.UNLISTED, where(image));
      }
    }
    if (folders.containsKey(root)) {
      below(root, tally);
    }
    return new RawCount(counts, tally.kinds());
  }

  /**
   * Pieces of the archive; one, unless entries can be read from the middle on.
   *
   * @param least entries of each but the last
   * @param most how many pieces there are
   */
  List<RawPart> parts(long least, long most) {
    if (!indexed) {
      return List.of(RawPart.whole(path.toString()));
    }
    List<RawPart> parts = new ArrayList<>();
    long entriesPerPart = Math.max(least, (entries + most - 1) / most);
    for (long first = 0; first == 0 || first < entries; first += entriesPerPart) {
      parts.add(new RawPart(path.toString(), first, Math.min(entries, first + entriesPerPart)));
    }
    return parts;
  }

  /**
   * Counts what is below a folder of classes.
   *
   * @throws BadInputException if a link below it leads out of the archive
   */
  RawCount count(String root) {
    SortedMap<String, Long> counts = new TreeMap<>();
    PassedOverTally tally = new PassedOverTally();
    Folder top = folders.get(root);
    tally.addAll(top.passedOver.kinds());
    images.stream()
        .filter(image -> ArchiveEntry.parent(image).equals(root))
        .forEach(image -> tally.addOutside(ArchiveEntry.name(image), where(image)));
    for (String name : top.folders) {
      counts.put(name, below(FolderTree.child(root, name), tally));
    }
    countLinks(root, tally);
    return new RawCount(counts, tally.kinds());
  }

  /**
   * Counts all images there are, as of one class without a name.
   *
   * @throws BadInputException if a link leads out of the archive
   */
  RawCount countAll() {
    SortedMap<String, Long> counts = new TreeMap<>();
    PassedOverTally tally = new PassedOverTally();
    counts.put("", below("", tally));
    countLinks("", tally);
    return new RawCount(counts, tally.kinds());
  }

  private long below(String folder, PassedOverTally tally) {
    Folder content = folders.get(folder);
    tally.addAll(content.passedOver.kinds());
    long count = content.images;
    for (String name : content.folders) {
      count += below(FolderTree.child(folder, name), tally);
    }
    return count;
  }

  private void countLinks(String root, PassedOverTally tally) {
    for (ArchiveEntry link : linkEntries) {
      String path = link.path();
      boolean below = ("/" + path).startsWith(root.isEmpty() ? "/" : "/" + root + "/");
      boolean leads = reachedLinks.contains(path) || folders.containsKey(path);
      if (!below || leads || ArchiveEntry.isHidden(path)) {
        continue;
      }
      if (link.target().equals(ArchiveEntry.OUTSIDE)) {
        throw Links.leadsOut(where(path));
      }
      tally.add(PassedOverTally.DANGLING_LINK, where(path));
    }
  }
}
