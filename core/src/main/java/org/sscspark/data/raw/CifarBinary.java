package org.sscspark.data.raw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetSource;
import org.sscspark.network.FeatureShape;

/**
 * The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): records of label bytes and 3072
 * bytes of pixels [3, 32, 32]. Of CIFAR-100's two labels the fine one is used. Reads the folder or
 * the tar archive.
 *
 * @param classNames the class of each label
 * @param parts the files that hold records, or the archive
 * @param archived whether the one part is an archive
 */
record CifarBinary(
    CifarVersion version,
    DatasetSource source,
    List<String> classNames,
    List<RawPart> parts,
    boolean archived)
    implements RawDataset {
  private static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);

  static CifarBinary open(
      CifarVersion version, Configuration configuration, URI location, String split) {
    RawFiles files = new RawFiles(configuration);
    Pattern wanted = version.files(split.isEmpty() ? "train" : split);
    FileStatus status = files.status(location);
    try {
      return status.isFile()
          ? ofArchive(version, files, status.getPath(), split)
          : ofFolder(version, files, version.folder(files, status.getPath()), split, wanted);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + location, e);
    }
  }

  private static CifarBinary ofArchive(
      CifarVersion version, RawFiles files, Path archive, String split) throws IOException {
    List<String> names = version.defaultClasses();
    try (Archive entries = new Archive(files, archive)) {
      Optional<TarArchiveEntry> entry = entries.next();
      while (entry.isPresent()) {
        if (fileName(entry.get()).equals(version.namesFile())) {
          names =
              version.classes(
                  new String(entries.readAll(), StandardCharsets.UTF_8),
                  entries.where(entry.get().getName()));
          break;
        }
        entry = entries.next();
      }
    }
    return new CifarBinary(
        version,
        new DatasetSource(version.formatName(), archive.toString(), split, ""),
        names,
        List.of(RawPart.whole(archive.toString())),
        true);
  }

  private static CifarBinary ofFolder(
      CifarVersion version, RawFiles files, Path folder, String split, Pattern wanted)
      throws IOException {
    List<RawPart> parts = new ArrayList<>();
    for (FileStatus file :
        files.list(folder, f -> wanted.matcher(f.getPath().getName()).matches())) {
      parts.add(RawPart.whole(file.getPath().toString()));
    }
    if (parts.isEmpty()) {
      throw noFiles(folder.toString(), wanted);
    }
    Path namesFile = new Path(folder, version.namesFile());
    return new CifarBinary(
        version,
        new DatasetSource(version.formatName(), folder.toString(), split, ""),
        files.exists(namesFile)
            ? version.classes(files.text(namesFile), namesFile.toString())
            : version.defaultClasses(),
        parts,
        false);
  }

  private static BadInputException noFiles(String where, Pattern wanted) {
    return new BadInputException(
        where
            + " has no file named "
            + wanted
            + "; give the folder or archive of the binary version");
  }

  private static String fileName(TarArchiveEntry entry) {
    return entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
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
  public RawRecords open(Configuration configuration, RawPart part, RawContent content)
      throws IOException {
    RawFiles files = new RawFiles(configuration);
    Path path = new Path(part.location());
    return archived ? new InArchive(new Archive(files, path)) : new InFile(files.open(path), path);
  }

  /** Returns the record in these bytes, of which fewer than a record mean a truncated file. */
  private RawRecord record(byte[] bytes, String file, long index) {
    String where = file + ", record " + index;
    if (bytes.length < version.recordBytes()) {
      throw new BadInputException(
          "%s is truncated: %d of %d bytes; fetch the file again"
              .formatted(where, bytes.length, version.recordBytes()));
    }
    int label = bytes[version.labelBytes() - 1] & 0xFF;
    if (label >= classNames.size()) {
      throw new BadInputException(
          "%s has label %d, but there are %d classes; is this the binary version of %s?"
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
      return bytes.length == 0
          ? Optional.empty()
          : Optional.of(record(bytes, path.toString(), index++));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** The records of all wanted files in an archive. */
  private final class InArchive extends RawRecords {
    private final Archive archive;
    private final Pattern wanted =
        version.files(source.split().isEmpty() ? "train" : source.split());
    private String file = "";
    private long index;

    InArchive(Archive archive) {
      this.archive = archive;
    }

    @Override
    protected Optional<RawRecord> read() throws IOException {
      while (true) {
        if (!file.isEmpty()) {
          byte[] bytes = archive.read(version.recordBytes());
          if (bytes.length > 0) {
            return Optional.of(record(bytes, file, index++));
          }
        }
        Optional<TarArchiveEntry> entry = nextWanted();
        if (entry.isEmpty()) {
          if (file.isEmpty()) {
            throw noFiles(source.location(), wanted);
          }
          return Optional.empty();
        }
        file = archive.where(entry.get().getName());
        index = 0;
      }
    }

    private Optional<TarArchiveEntry> nextWanted() throws IOException {
      Optional<TarArchiveEntry> entry = archive.next();
      while (entry.isPresent() && !wanted.matcher(fileName(entry.get())).matches()) {
        entry = archive.next();
      }
      return entry;
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }
  }
}
