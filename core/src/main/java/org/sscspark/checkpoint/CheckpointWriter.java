package org.sscspark.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FileContent;
import org.sscspark.storage.FileDigest;
import org.sscspark.storage.Lease;
import org.sscspark.storage.Publication;
import org.sscspark.storage.PublicationConflictException;
import org.sscspark.storage.PublicationUnknownException;

/**
 * Commits a run's checkpoints and removes old ones. A checkpoint is written under a temporary name,
 * forced to disk, and committed by a rename, so that a reader finds it whole or not at all. A
 * committed checkpoint is never written to. Where two writers commit the same round, the second
 * loses. One writer is for one thread; a run has one writer at a time.
 */
public final class CheckpointWriter {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);
  private static final String TEMPORARY = Leftovers.TEMPORARY;
  private static final String DAMAGED = "damaged-";

  private final CheckpointStore store;
  private final FileSystem fileSystem;
  private final Path folder;
  private final CheckpointVerifier verifier;
  private final Optional<Lease> lease;

  /** The names of checkpoints that were found, and of those that this writer made. */
  private final Set<String> known;

  private Optional<Checkpoint> last = Optional.empty();

  private CheckpointWriter(CheckpointStore store, Optional<Lease> lease, Set<String> known) {
    this.store = store;
    this.fileSystem = store.fileSystem();
    this.folder = store.folder();
    this.verifier = new CheckpointVerifier(fileSystem, store.run());
    this.lease = lease;
    this.known = known;
  }

  /**
   * Opens a store for a run, and removes what a killed run left behind.
   *
   * @throws IOException if the file system fails
   */
  public static CheckpointWriter begin(CheckpointStore store) throws IOException {
    FileStatus[] children = store.children();
    Leftovers.remove(store.fileSystem(), children);
    Set<String> found = new HashSet<>();
    CheckpointStore.newestFirst(children).forEach(path -> found.add(path.getName()));
    return new CheckpointWriter(store, Optional.empty(), found);
  }

  /** Opens a store that nobody has written to, for a run that has just begun. */
  static CheckpointWriter beginNew(CheckpointStore store) {
    return new CheckpointWriter(store, Optional.empty(), new HashSet<>());
  }

  /** The same writer, which commits only while this process holds the run's lease. */
  public CheckpointWriter heldBy(Lease held) {
    return new CheckpointWriter(store, Optional.of(held), known);
  }

  /**
   * The checkpoint that this writer committed last; before its first, the newest valid one that was
   * found.
   *
   * @throws IOException as {@link CheckpointStore#newestValid}
   */
  public Optional<Checkpoint> newest() throws IOException {
    return last.isPresent() || known.isEmpty() ? last : store.newestValid();
  }

  /** What has been committed. */
  public CheckpointStore store() {
    return store;
  }

  /**
   * Writes and commits a checkpoint.
   *
   * @param round the complete rounds of the run
   * @param score what tells the best checkpoint, higher is better; absent if not evaluated
   * @param files the content of each file by its name
   * @return the committed checkpoint
   * @throws PublicationConflictException if the round has been committed before
   * @throws PublicationUnknownException if it is unknown whether the commit took place
   * @throws IOException if the file system fails, a full disk included: the checkpoint is not
   *     committed, and those before are as they were
   */
  public Checkpoint commit(long round, Optional<Double> score, Map<String, FileContent> files)
      throws IOException {
    Path target = new Path(folder, CheckpointVerifier.folderName(round));
    String id = UUID.randomUUID().toString();
    Path temporary = new Path(folder, TEMPORARY + id);
    CheckpointManifest manifest;
    try {
      if (lease.isPresent()) {
        lease.get().requireHeld();
      }
      makeRoom(target);
      manifest = write(temporary, id, round, score, files);
      if (lease.isPresent()) {
        // By looking: writing may have taken long, and who took over writes this round as well.
        lease.get().requireOurs();
      }
    } catch (IOException | RuntimeException e) {
      deleteAfter(e, temporary);
      if (e instanceof PublicationConflictException || e instanceof RuntimeException) {
        throw e;
      }
      throw new IOException(
          "Cannot write checkpoint "
              + target
              + " ("
              + e.getMessage()
              + "); the checkpoints before it are as they were",
          e);
    }
    known.add(target.getName());
    publish(temporary, target, id);
    Checkpoint committed = new Checkpoint(target, manifest);
    last = Optional.of(committed);
    return committed;
  }

  private CheckpointManifest write(
      Path temporary, String id, long round, Optional<Double> score, Map<String, FileContent> files)
      throws IOException {
    List<FileDigest> entries = new ArrayList<>();
    for (Map.Entry<String, FileContent> file : files.entrySet()) {
      entries.add(
          DurableFile.write(fileSystem, new Path(temporary, file.getKey()), file.getValue()));
    }
    CheckpointManifest manifest = new CheckpointManifest(id, round, store.run(), score, entries);
    byte[] json = manifest.toJson().getBytes(StandardCharsets.UTF_8);
    DurableFile.write(
        fileSystem, new Path(temporary, CheckpointManifest.FILE_NAME), out -> out.write(json));
    return manifest;
  }

  /**
   * A checkpoint of this name that is damaged or of another run is set aside; a good one stays, as
   * does one that appears only now.
   */
  private void makeRoom(Path target) throws IOException {
    if (!known.contains(target.getName()) || !fileSystem.exists(target)) {
      return;
    }
    try {
      verifier.verified(target);
    } catch (DamagedException e) {
      Path aside = new Path(folder, DAMAGED + target.getName() + "-" + UUID.randomUUID());
      LOG.warn("Checkpoint {} is {}; it is set aside as {}", target, e.fault(), aside);
      if (!fileSystem.rename(target, aside)) {
        throw new IOException("Cannot rename " + target + " to " + aside, e);
      }
      return;
    }
    throw new PublicationConflictException(
        target
            + " has been published before: another process writes to this folder; stop it, or"
            + " choose another folder");
  }

  private void publish(Path temporary, Path target, String id) throws IOException {
    try {
      new Publication(fileSystem)
          .publish(temporary, target, published -> committedId(published).equals(id));
    } catch (PublicationConflictException | PublicationUnknownException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "Cannot commit checkpoint " + target + "; those before it are as they were", e);
    }
  }

  private String committedId(Path target) throws IOException {
    try {
      return verifier.manifest(target).id();
    } catch (DamagedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void deleteAfter(Exception cause, Path path) {
    try {
      fileSystem.delete(path, /* recursive= */ true);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Removes old checkpoints. Each is renamed away first, so that an interrupted removal leaves no
   * half checkpoint. A failure is logged, not thrown: the checkpoints that matter are untouched and
   * the next call tries again.
   *
   * @param newest the checkpoint that was committed last; it and newer ones always stay
   * @param keep how many of the newest stay, at least 1; the one with the best score stays as well
   */
  public void removeOld(Checkpoint newest, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("At least 1 checkpoint must be kept, not " + keep);
    }
    if (known.size() <= keep) {
      return;
    }
    try {
      // One whose manifest is damaged is nobody's to remove: it may be the best.
      List<Checkpoint> readable = store.list();
      List<Path> older =
          readable.stream()
              .filter(checkpoint -> checkpoint.round() <= newest.round())
              .map(Checkpoint::folder)
              .sorted(Comparator.comparingLong(CheckpointVerifier::round).reversed())
              .toList();
      Optional<Path> best = CheckpointStore.bestFirst(readable).stream().findFirst();
      for (Path old : older.subList(Math.min(keep, older.size()), older.size())) {
        if (!best.equals(Optional.of(old))) {
          remove(old);
        }
      }
    } catch (IOException e) {
      LOG.warn("Cannot remove old checkpoints in {}; the next commit tries again", folder, e);
    }
  }

  private void remove(Path old) throws IOException {
    Path temporary = new Path(folder, TEMPORARY + "removed-" + UUID.randomUUID());
    if (!fileSystem.rename(old, temporary)) {
      throw new IOException("Cannot rename " + old + " to " + temporary);
    }
    known.remove(old.getName());
    fileSystem.delete(temporary, /* recursive= */ true);
  }
}
