package org.sscspark.data.raw;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/**
 * Image files in a tar archive, compressed or not: CLASS/NAME.jpg, with any folders above. The
 * class is the folder of a file, and the split, if one is asked for, the folder above that.
 */
record ImageArchive(DatasetSource source) implements RawDataset {
  @Override
  public Optional<List<String>> classes() {
    return Optional.empty();
  }

  @Override
  public Optional<FeatureShape> rawShape() {
    return Optional.empty();
  }

  @Override
  public List<RawPart> parts() {
    return List.of(RawPart.whole(source.location()));
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    return new Entries(
        new Archive(new RawFiles(configuration), new Path(part.location())), content);
  }

  /** Counts images, and finds empty classes and a missing or misspelt split. */
  @Override
  public Map<String, Long> count(Configuration configuration, RawPart part) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    Set<String> roots = new TreeSet<>();
    Set<String> folders = new TreeSet<>();
    Set<String> parents = new HashSet<>();
    try (Archive archive = new Archive(new RawFiles(configuration), new Path(part.location()))) {
      Optional<TarArchiveEntry> entry = archive.next();
      while (entry.isPresent()) {
        EntryName name = EntryName.of(entry.get().getName());
        if (entry.get().isDirectory()) {
          folders.add(name.path());
          parents.add(name.parent().path());
        } else if (isImage(entry.get(), name)) {
          roots.add(name.parent().parent().path());
          if (isWanted(name)) {
            counts.merge(name.parent().name(), 1L, Long::sum);
          }
        }
        entry = archive.next();
      }
    }
    checkSplit(roots, counts);
    for (String folder : folders) {
      EntryName name = EntryName.of(folder);
      if (!parents.contains(folder) && isSplit(name.parent())) {
        counts.putIfAbsent(name.name(), 0L);
      }
    }
    return counts;
  }

  private void checkSplit(Set<String> roots, Map<String, Long> counts) {
    if (roots.isEmpty()) {
      throw new BadInputException(
          source.location() + " holds no .jpg, .jpeg or .png file; give a tar archive of images");
    }
    if (counts.isEmpty()) {
      throw new BadInputException(
          "%s has no folder '%s' of classes; give one of %s with --split"
              .formatted(source.location(), source.split(), roots));
    }
    if (source.split().isEmpty() && roots.size() > 1) {
      throw new BadInputException(
          "%s has several folders of classes, %s; say which with --split"
              .formatted(source.location(), roots));
    }
  }

  private static boolean isImage(TarArchiveEntry entry, EntryName name) {
    return entry.isFile() && ImageFiles.isImage(name.name());
  }

  private boolean isWanted(EntryName image) {
    return isSplit(image.parent().parent());
  }

  private boolean isSplit(EntryName folder) {
    return source.split().isEmpty() || folder.name().equals(source.split());
  }

  /** A path in the archive, without a slash at its end. */
  private record EntryName(String path) {
    static EntryName of(String entry) {
      return new EntryName(entry.replaceFirst("^(\\./)+", "").replaceFirst("/+$", ""));
    }

    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    EntryName parent() {
      return new EntryName(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    }
  }

  /** The wanted images of an archive. */
  private final class Entries extends RawRecords {
    private final Archive archive;
    private final RawContent content;

    Entries(Archive archive, RawContent content) {
      this.archive = archive;
      this.content = content;
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      Optional<TarArchiveEntry> entry = archive.next();
      while (entry.isPresent()) {
        EntryName name = EntryName.of(entry.get().getName());
        if (isImage(entry.get(), name) && isWanted(name)) {
          return Optional.of(
              new RawRecord(
                  name.parent().name(),
                  archive.where(entry.get().getName()),
                  content == RawContent.IMAGES ? archive.readAll() : new byte[0]));
        }
        entry = archive.next();
      }
      return Optional.empty();
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }
  }
}
