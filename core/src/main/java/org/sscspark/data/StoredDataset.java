package org.sscspark.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.config.SystemProperties;
import org.sscspark.storage.Sha256;
import org.sscspark.storage.Storage;
import org.sscspark.storage.StoredInput;

/** A data set in a folder. Every read of a shard checks its checksum. */
record StoredDataset(
    Configuration configuration, URI location, DatasetManifest manifest, ShardCache cache)
    implements Dataset {
  private static final long TEXT_BYTES = 1L << 28;

  static StoredDataset open(Configuration configuration, URI location, ShardCache cache) {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path file = new Path(Storage.path(location), DatasetManifest.FILE_NAME);
    try {
      DatasetManifest manifest = DatasetManifest.fromJson(text(fileSystem, file), file.toString());
      return new StoredDataset(configuration, location, manifest, cache);
    } catch (FileNotFoundException e) {
      throw new UnusableDataException(
          "No data set at %s: it has no %s; make one with the command 'shard'"
              .formatted(location, DatasetManifest.FILE_NAME),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  @Override
  public ImageBlock readShard(int shard) {
    ShardFile file = manifest.shards().get(shard);
    return cache.block(
        location + " " + file.file() + " " + file.sha256() + " " + manifest.shape(),
        () -> load(file, ShardReader::read));
  }

  @Override
  public EncodedBlock readFiles(int shard) {
    return manifest.encoding() == ImageEncoding.ENCODED
        ? load(manifest.shards().get(shard), ShardReader::readFiles)
        : Dataset.super.readFiles(shard);
  }

  /** Makes something of a shard's bytes. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(byte[] bytes, String where, DatasetManifest manifest, int examples) throws IOException;
  }

  private <T> T load(ShardFile file, Reading<T> reading) {
    Path path = new Path(Storage.path(location), file.file());
    try {
      byte[] bytes = bytes(Storage.fileSystem(configuration, location), path);
      String sha256 = Sha256.of(bytes);
      if (!sha256.equals(file.sha256())) {
        throw new UnusableDataException(
            "Shard %s is damaged: SHA-256 %s, expected %s; restore it or shard the data set again"
                .formatted(path, sha256, file.sha256()));
      }
      return reading.read(bytes, path.toString(), manifest, file.examples());
    } catch (FileNotFoundException e) {
      throw new UnusableDataException(
          "Shard %s is missing; restore it or shard the data set again".formatted(path), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read shard " + path, e);
    }
  }

  /** Returns all bytes of a file, which must be smaller than 2 GiB. */
  private static byte[] bytes(FileSystem fileSystem, Path file) throws IOException {
    long length = fileSystem.getFileStatus(file).getLen();
    if (length > ShardFile.MOST_BYTES) {
      throw new BadInputException(
          "%s has %s bytes, more than can be read at once; use more shards"
              .formatted(file, length));
    }
    byte[] bytes = new byte[(int) length];
    try (StoredInput in = StoredInput.open(fileSystem, file)) {
      in.readFully(0, bytes);
    }
    return bytes;
  }

  /**
   * Returns the text of a file in UTF-8.
   *
   * @throws BadInputException if it is longer than any description that this program writes; the
   *     system property {@code sscspark.max-json-bytes} changes what is too long
   */
  private static String text(FileSystem fileSystem, Path file) throws IOException {
    long length = fileSystem.getFileStatus(file).getLen();
    long most = SystemProperties.bytes("sscspark.max-json-bytes", TEXT_BYTES);
    if (length > most) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes, and descriptions of at most %,d are read; see -Dsscspark.max-json-bytes",
              file,
              length,
              most));
    }
    return new String(bytes(fileSystem, file), StandardCharsets.UTF_8);
  }
}
