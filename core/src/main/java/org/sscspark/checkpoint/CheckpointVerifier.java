package org.sscspark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FileDigest;

/**
 * Tells whether a committed checkpoint is what its writer wrote. Damage is a {@link
 * DamagedException}; an IOException is a file system that fails now and may work later.
 */
final class CheckpointVerifier {
  private static final String COMMITTED = "round-";

  private final FileSystem fileSystem;

  CheckpointVerifier(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** The name of a committed checkpoint. */
  static String folderName(long round) {
    return String.format(Locale.ROOT, COMMITTED + "%08d", round);
  }

  /** The round in a committed checkpoint's name, negative for any other name. */
  static long round(Path path) {
    String name = path.getName();
    return name.matches(COMMITTED + "\\d{8,18}")
        ? Long.parseLong(name.substring(COMMITTED.length()))
        : -1;
  }

  /** Reads a committed checkpoint's manifest; its files are not looked at. */
  CheckpointManifest manifest(Path checkpoint) throws IOException, DamagedException {
    Path path = new Path(checkpoint, CheckpointManifest.FILE_NAME);
    try (InputStream in = fileSystem.open(path)) {
      CheckpointManifest manifest =
          CheckpointManifest.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      if (manifest.round() != round(checkpoint)) {
        throw new DamagedException("its manifest is that of round " + manifest.round());
      }
      return manifest;
    } catch (FileNotFoundException e) {
      throw new DamagedException("it has no " + CheckpointManifest.FILE_NAME, e);
    } catch (ChecksumException | BlockMissingException e) {
      throw new DamagedException("its manifest cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** Reads every file of a committed checkpoint and compares it with the manifest. */
  Checkpoint verified(Path path) throws IOException, DamagedException {
    CheckpointManifest manifest = manifest(path);
    for (FileDigest entry : manifest.files()) {
      verify(new Path(path, entry.name()), entry);
    }
    return new Checkpoint(path, manifest);
  }

  private void verify(Path path, FileDigest entry) throws IOException, DamagedException {
    try {
      long length = fileSystem.getFileStatus(path).getLen();
      if (length != entry.lengthBytes()) {
        throw new DamagedException(
            entry.name() + " has " + length + " bytes, written were " + entry.lengthBytes());
      }
      if (!DurableFile.sha256(fileSystem, path).equals(entry.sha256())) {
        throw new DamagedException(entry.name() + " is not what was written: SHA-256 differs");
      }
    } catch (FileNotFoundException e) {
      throw new DamagedException(entry.name() + " is missing", e);
    } catch (ChecksumException | BlockMissingException e) {
      throw new DamagedException(entry.name() + " cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
