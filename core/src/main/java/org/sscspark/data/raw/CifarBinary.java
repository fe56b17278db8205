package org.sscspark.data.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.network.FeatureShape;

/**
 * The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): records of label bytes and 3072
 * bytes of pixels [3, 32, 32]. Of CIFAR-100's two labels the fine one is used. Reads the folder or
 * the tar archive.
 *
 * @param classNames the class of each label
 * @param parts the files that hold records, or the archive
 * @param archived whether the one part is an archive
 * @param links of the archive
 * @param absent files that the published data set has and this one has not
 */
record CifarBinary(
    CifarVersion version,
    ReadLimits limits,
    DatasetSource source,
    List<String> classNames,
    List<RawPart> parts,
    boolean archived,
    Links links,
    List<PassedOver> absent)
    implements RawDataset {
  private static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);

  static CifarBinary open(
      CifarVersion version,
      Configuration configuration,
      URI location,
      String split,
      ReadLimits limits) {
    RawFiles files = new RawFiles(configuration, limits);
    version.files(wanted(split));
    FileStatus status = files.status(location);
    try {
      return status.isFile()
          ? ofArchive(version, files, status.getPath(), split)
          : ofFolder(version, files, version.folder(files, status.getPath()), split);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + location, e);
    }
  }

  private static String wanted(String split) {
    return split.isEmpty() ? "train" : split;
  }

  private static CifarBinary ofArchive(
      CifarVersion version, RawFiles files, Path archive, String split) throws IOException {
    CifarArchive found = CifarArchive.of(version, files, archive);
    List<String> seen = found.names();
    if (seen.stream().noneMatch(version.files(wanted(split)).asMatchPredicate())) {
      throw noFiles(version, archive.toString(), split, seen);
    }
    return new CifarBinary(
        version,
        files.limits(),
        new DatasetSource(version.formatName(), archive.toString(), split, ""),
        found.classes().orElseGet(version::defaultClasses),
        List.of(RawPart.whole(archive.toString())),
        true,
        found.links(),
        absent(version, archive + "!", split, seen));
  }

  private static CifarBinary ofFolder(
      CifarVersion version, RawFiles files, Path folder, String split) throws IOException {
    Pattern wanted = version.files(wanted(split));
    FolderListing listing = files.list(folder);
    List<RawPart> parts =
        listing.files().stream()
            .map(FileStatus::getPath)
            .filter(file -> wanted.matcher(file.getName()).matches())
            .map(file -> RawPart.whole(file.toString()))
            .toList();
    if (parts.isEmpty()) {
      List<String> seen = new ArrayList<>(names(listing.files()));
      listing.folders().forEach(below -> seen.addAll(names(files.list(below.getPath()).files())));
      throw noFiles(version, folder.toString(), split, seen);
    }
    Path namesFile = new Path(folder, version.namesFile());
    return new CifarBinary(
        version,
        files.limits(),
        new DatasetSource(version.formatName(), folder.toString(), split, ""),
        files.exists(namesFile)
            ? version.classes(files.text(namesFile), namesFile.toString())
            : version.defaultClasses(),
        parts,
        false,
        Links.none(),
        absent(version, folder + "/", split, names(listing.files())));
  }

  private static List<PassedOver> absent(
      CifarVersion version, String where, String split, List<String> present) {
    PassedOverTally absent = new PassedOverTally();
    version
        .absent(wanted(split), present)
        .forEach(name -> absent.add(PassedOverTally.ABSENT, where + name));
    return absent.kinds();
  }

  private static List<String> names(List<FileStatus> files) {
    return files.stream().map(file -> file.getPath().getName()).toList();
  }

  private static BadInputException noFiles(
      CifarVersion version, String where, String split, List<String> seen) {
    if (seen.stream().anyMatch(version::owns)) {
      return new BadInputException(
          "%s has no file %s, which split %s is in; fetch it, or give the folder that holds it"
              .formatted(where, version.firstFile(wanted(split)), wanted(split)));
    }
    KnownFiles.requireNotPublished(where, seen);
    return new BadInputException(
        "%s has no file %s; give the folder or archive of the binary version of %s"
            .formatted(where, version.firstFile(wanted(split)), version.formatName()));
  }

  @Override
  public Optional<List<String>> classes() {
    return Optional.of(classNames);
  }

  @Override
  public Optional<FeatureShape> rawShape() {
    return Optional.of(SHAPE);
  }

  @Override
  public RawCount count(Configuration configuration, RawPart part) throws IOException {
    RawCount count = RawDataset.super.count(configuration, part);
    return part.equals(parts.get(0)) ? count.with(absent) : count;
  }

  @Override
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    RawFiles files = new RawFiles(configuration, limits);
    Path path = new Path(part.location());
    return archived ? new InArchive(Archive.open(files, path)) : new InFile(files.open(path), path);
  }

  private static void requireRecords(long count, String file) {
    if (count == 0) {
      throw new BadInputException(file + " is empty; fetch the file again");
    }
  }

  /** Returns the record in these bytes, of which fewer than a record mean a truncated file. */
  private RawRecord record(byte[] bytes, String file, long index) {
    String where = file + ", record " + index;
    if (bytes.length < version.recordBytes()) {
      throw new BadInputException(
          "%s is truncated: %s of %s bytes; fetch the file again"
              .formatted(where, bytes.length, version.recordBytes()));
    }
    int label = bytes[version.labelBytes() - 1] & 0xFF;
    if (label >= classNames.size()) {
      throw new BadInputException(
          "%s has label %s, but there are %s classes; is this the binary version of %s?"
              .formatted(where, label, classNames.size(), version.formatName()));
    }
    byte[] pixels = Arrays.copyOfRange(bytes, version.labelBytes(), bytes.length);
    return new RawRecord(classNames.get(label), where, pixels);
  }

  /** The records of one file. */
  private final class InFile extends RawRecords {
    private final InputStream in;
    private final Path path;
    private long index;

    InFile(InputStream in, Path path) {
      this.in = in;
      this.path = path;
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      byte[] bytes;
      try {
        bytes = in.readNBytes(version.recordBytes());
      } catch (IOException e) {
        throw RawFiles.damaged(path + ", record " + index, e);
      }
      if (bytes.length == 0) {
        requireRecords(index, path.toString());
        return Optional.empty();
      }
      return Optional.of(record(bytes, path.toString(), index++));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** The records of all wanted files in an archive, each under every name that leads to it. */
  private final class InArchive extends RawRecords {
    private final Archive archive;
    private final Pattern wanted = version.files(wanted(source.split()));
    private final Deque<RawRecord> found = new ArrayDeque<>();
    private List<String> paths = List.of();
    private long index;

    InArchive(Archive archive) {
      this.archive = archive;
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      while (found.isEmpty()) {
        byte[] bytes = paths.isEmpty() ? new byte[0] : archive.read(version.recordBytes());
        if (bytes.length > 0) {
          for (String path : paths) {
            found.add(record(bytes, archive.where(path), index));
          }
          index++;
        } else if (!nextEntry()) {
          return Optional.empty();
        }
      }
      return Optional.of(found.remove());
    }

    private boolean nextEntry() throws IOException {
      for (String path : paths) {
        requireRecords(index, archive.where(path));
      }
      Optional<ArchiveEntry> entry = archive.next();
      index = 0;
      paths =
          entry.filter(one -> one.type() == ArchiveEntry.Type.FILE).stream()
              .flatMap(one -> CifarArchive.byName(links, one).entrySet().stream())
              .filter(named -> wanted.matcher(named.getKey()).matches())
              .map(Map.Entry::getValue)
              .toList();
      return entry.isPresent();
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }
  }
}
