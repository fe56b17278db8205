package org.sscspark.data.raw;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;

/**
 * Image files in an archive, as CLASS/NAME.jpg with any folders above and below the class. The
 * whole archive is looked at when it is opened, because what follows may change what came before:
 * another folder of classes, or the target of a link. Images are in the order of the archive.
 *
 * @param images the images of each class
 */
record ImageArchive(
    DatasetSource source,
    ReadLimits limits,
    List<RawPart> parts,
    PathLabels labels,
    TreeMap<String, Long> images,
    List<PassedOver> passedOver,
    Links links)
    implements RawDataset {
  private static final long ENTRIES_PER_PART = 2000;

  /** Each part reads the whole index, so there are no more of a large archive. */
  private static final long MOST_PARTS = 64;

  /** Opens an archive of folders of classes. */
  static ImageArchive open(RawFiles files, Path path, String split) throws IOException {
    ArchiveIndex index = ArchiveIndex.of(files, path);
    String root = ClassFolders.root(index, split);
    RawCount count = index.count(root);
    return of(
        index,
        files.limits(),
        new DatasetSource("image-folder", path.toString(), split, ""),
        new PathLabels.ByFolder(root, new HashSet<>(count.images().keySet())),
        count);
  }

  static ImageArchive of(
      ArchiveIndex index,
      ReadLimits limits,
      DatasetSource source,
      PathLabels labels,
      RawCount count) {
    return new ImageArchive(
        source,
        limits,
        index.parts(ENTRIES_PER_PART, MOST_PARTS),
        labels,
        new TreeMap<>(count.images()),
        count.passedOver(),
        index.links());
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.of(List.copyOf(images.keySet()));
  }

  @Override
  public RawCount count(Configuration configuration, RawPart part) throws IOException {
    if (parts.size() == 1) {
      return new RawCount(images, passedOver);
    }
    SortedMap<String, Long> counts = new TreeMap<>();
    try (RawRecords records = open(configuration, part, RawContent.LABELS)) {
      records.forEachRemaining(record -> counts.merge(record.className(), 1L, Long::sum));
    }
    return new RawCount(counts, part.first() == 0 ? passedOver : List.of());
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    Archive archive = Archive.open(new RawFiles(configuration, limits), new Path(part.location()));
    try {
      archive.skipTo(part.first());
    } catch (IOException | RuntimeException e) {
      RawFiles.closeAfter(e, archive);
      throw e;
    }
    return new Entries(archive, part.end() - part.first(), content);
  }

  /** The images of an archive, each under every path that leads to it. */
  private final class Entries extends RawRecords {
    private final Archive archive;
    private final RawContent content;
    private final Deque<RawRecord> found = new ArrayDeque<>();
    private long left;

    Entries(Archive archive, long entries, RawContent content) {
      this.archive = archive;
      this.left = entries;
      this.content = content;
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      while (found.isEmpty() && left > 0) {
        Optional<ArchiveEntry> entry = archive.next();
        left--;
        if (entry.isEmpty()) {
          return Optional.empty();
        }
        if (entry.get().type() == ArchiveEntry.Type.FILE) {
          add(entry.get());
        }
      }
      return Optional.ofNullable(found.poll());
    }

    private void add(ArchiveEntry entry) throws IOException {
      Optional<RawRecord> image = Optional.empty();
      for (String path : links.paths(entry.path())) {
        Optional<String> className = labels.classOf(path);
        if (className.isPresent()) {
          if (image.isEmpty()) {
            image = Optional.of(record(entry));
          }
          found.add(
              new RawRecord(
                  className.get(),
                  archive.where(path),
                  image.get().image(),
                  image.get().problem()));
        }
      }
    }

    private RawRecord record(ArchiveEntry entry) throws IOException {
      String where = archive.where(entry.path());
      if (content == RawContent.LABELS) {
        return RawRecord.labelled("", where);
      }
      long limit = limits.bytes();
      byte[] image;
      try {
        // What an entry states may be a lie, so no more than the limit is unpacked to find out.
        image = entry.bytes() > limit ? new byte[0] : archive.content((int) limit + 1);
      } catch (IOException e) {
        // Behind damage in a stream nothing can be trusted; the other entries of an index can.
        if (archive.isIndexed() && !StoredStream.failed(e)) {
          String problem = "it is truncated or corrupt: " + ImageDecoder.reason(e);
          return RawRecord.unreadable("", where, problem);
        }
        throw RawFiles.damaged(where, e);
      }
      long bytes = Math.max(entry.bytes(), image.length);
      return bytes > limit
          ? RawRecord.unreadable("", where, RawRecord.tooLong(bytes, limit))
          : new RawRecord("", where, image);
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }
  }
}
