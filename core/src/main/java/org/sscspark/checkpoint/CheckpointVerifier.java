package org.sscspark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FileDigest;
import org.sscspark.storage.StoredInput;

/**
 * Tells whether a committed checkpoint is what its writer wrote, and of the run that it lies in. If
 * not, that is a {@link DamagedException}; an IOException is a file system that fails now and may
 * work later.
 *
 * <p>A block that HDFS has on no data node is not damage unless every copy is corrupt: data nodes
 * come back, and a namenode that has just started knows of no block until they report. It is asked
 * for again for a while, which one verifier does once.
 */
final class CheckpointVerifier {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointVerifier.class);
  private static final String COMMITTED = "round-";

  /** Each time it is asked for, HDFS's client tries for some twenty seconds of its own. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final FileSystem fileSystem;
  private final Optional<String> run;
  private final Duration patience;
  private OptionalLong missingSince = OptionalLong.empty();

  /** Of checkpoints that may be anybody's. */
  CheckpointVerifier(FileSystem fileSystem) {
    this(fileSystem, Optional.empty());
  }

  /**
   * Of the checkpoints of a run.
   *
   * @param run its {@link RunRecord#id}; if it has none, they may be anybody's
   */
  CheckpointVerifier(FileSystem fileSystem, Optional<String> run) {
    this(fileSystem, run, PATIENCE);
  }

  /**
   * As the other, with its own time.
   *
   * @param patience how long missing blocks are asked for again
   */
  CheckpointVerifier(FileSystem fileSystem, Optional<String> run, Duration patience) {
    this.fileSystem = fileSystem;
    this.run = run;
    this.patience = patience;
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
    try {
      CheckpointManifest manifest = CheckpointManifest.fromJson(read(path, () -> text(path)));
      long named = round(checkpoint);
      // A copy may have any name.
      if (named >= 0 && manifest.round() != named) {
        throw new DamagedException("its manifest is that of round " + manifest.round());
      }
      if (run.isPresent() && manifest.run().filter(of -> !of.equals(run.get())).isPresent()) {
        throw DamagedException.foreign();
      }
      return manifest;
    } catch (FileNotFoundException e) {
      throw new DamagedException("it has no " + CheckpointManifest.FILE_NAME, e);
    } catch (ChecksumException | BlockMissingException e) {
      throw new DamagedException("its manifest cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private String text(Path path) throws IOException {
    try (InputStream in = StoredInput.open(fileSystem, path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Reads every file of a committed checkpoint and compares it with the manifest. */
  Checkpoint verified(Path path) throws IOException, DamagedException {
    CheckpointManifest manifest = complete(path);
    for (FileDigest entry : manifest.files()) {
      verify(new Path(path, entry.name()), entry);
    }
    return new Checkpoint(path, manifest);
  }

  /** As {@link #verified}, by the lengths of the files alone, for which one listing is enough. */
  Checkpoint measured(Path path) throws IOException, DamagedException {
    CheckpointManifest manifest = complete(path);
    Map<String, Long> lengths = lengths(path);
    for (FileDigest entry : manifest.files()) {
      if (!lengths.containsKey(entry.name())) {
        throw new DamagedException(entry.name() + " is missing");
      }
      requireLength(entry, lengths.get(entry.name()));
    }
    return new Checkpoint(path, manifest);
  }

  private Map<String, Long> lengths(Path folder) throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    try {
      for (FileStatus file : fileSystem.listStatus(folder)) {
        lengths.put(file.getPath().getName(), file.getLen());
      }
    } catch (FileNotFoundException e) {
      // The folder went while it was looked at: all its files are missing.
      return Map.of();
    }
    return lengths;
  }

  private CheckpointManifest complete(Path path) throws IOException, DamagedException {
    CheckpointManifest manifest = manifest(path);
    List<String> names = manifest.files().stream().map(FileDigest::name).toList();
    for (String needed : CheckpointManifest.NEEDED) {
      if (!names.contains(needed)) {
        throw new DamagedException("its manifest names no " + needed);
      }
    }
    return manifest;
  }

  private static void requireLength(FileDigest entry, long length) throws DamagedException {
    if (length != entry.lengthBytes()) {
      throw new DamagedException(
          entry.name() + " has " + length + " bytes, written were " + entry.lengthBytes());
    }
  }

  private void verify(Path path, FileDigest entry) throws IOException, DamagedException {
    try {
      requireLength(entry, fileSystem.getFileStatus(path).getLen());
      String sha256 = read(path, () -> DurableFile.sha256(fileSystem, path));
      if (!sha256.equals(entry.sha256())) {
        throw new DamagedException(entry.name() + " is not what was written: SHA-256 differs");
      }
    } catch (FileNotFoundException e) {
      throw new DamagedException(entry.name() + " is missing", e);
    } catch (ChecksumException | BlockMissingException e) {
      throw new DamagedException(entry.name() + " cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** What is in a file. */
  private interface Reading {
    String read() throws IOException;
  }

  /**
   * Reads a file of a checkpoint.
   *
   * @throws BlockMissingException if every copy of a block is corrupt
   * @throws IOException if a block is still on no data node after all patience
   */
  private String read(Path path, Reading reading) throws IOException {
    while (true) {
      try {
        return reading.read();
      } catch (BlockMissingException e) {
        if (isCorrupt(path)) {
          throw e;
        }
        awaitBlocks(path, e);
      }
    }
  }

  private boolean isCorrupt(Path path) throws IOException {
    return Arrays.stream(fileSystem.getFileBlockLocations(path, 0, Long.MAX_VALUE))
        .anyMatch(BlockLocation::isCorrupt);
  }

  private void awaitBlocks(Path path, BlockMissingException cause) throws IOException {
    long now = System.nanoTime();
    if (missingSince.isEmpty()) {
      missingSince = OptionalLong.of(now);
      LOG.warn(
          "No data node has a block of {} now; asking again for {} s", path, patience.toSeconds());
    }
    if (now - missingSince.getAsLong() > patience.toNanos()) {
      throw new IOException(
          "No data node has a block of %s now; start those that are missing and give the command again (if they are lost, delete %s first: the checkpoint before it is used)"
              .formatted(path, path.getParent()),
          cause);
    }
    try {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("Interrupted").initCause(e);
    }
  }
}
