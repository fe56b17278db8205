package org.sscspark.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.storage.Sha256;

/** A data set in a folder. Every read of a shard checks its checksum. */
record StoredDataset(
    Configuration configuration, URI location, DatasetManifest manifest, ShardCache cache)
    implements Dataset {

  static StoredDataset open(Configuration configuration, URI location, ShardCache cache) {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path file = new Path(Storage.path(location), DatasetManifest.FILE_NAME);
    try {
      DatasetManifest manifest =
          DatasetManifest.fromJson(Storage.readText(fileSystem, file), file.toString());
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
      byte[] bytes = Storage.read(Storage.fileSystem(configuration, location), path);
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
}
