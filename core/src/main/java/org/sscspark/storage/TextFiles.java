package org.sscspark.storage;

import static org.sscspark.storage.Publication.PREVIOUS;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/**
 * Small texts in a folder, in UTF-8. Each is written under a temporary name, forced to disk and
 * published by {@link Publication}: a crash leaves the old text or the new one, never a part.
 */
public final class TextFiles {
  /** What temporary names begin with. */
  static final String TEMPORARY = ".tmp-";

  private final FileSystem fileSystem;
  private final Path root;

  /** The texts in a folder, which is made if need be. */
  public TextFiles(FileSystem fileSystem, Path root) {
    this.fileSystem = DurableFile.plain(fileSystem);
    this.root = root;
  }

  /**
   * Holds that something new may begin in the folder: nothing is there but a lease, or what a crash
   * left.
   *
   * @param what the folder would hold
   * @throws BadInputException if anything else is there
   */
  public void requireEmpty(String what) throws IOException {
    requireEmpty(what, names());
  }

  /**
   * As the other one.
   *
   * @param names what {@link #names} has found
   */
  public void requireEmpty(String what, Set<String> names) {
    for (String name : names) {
      if (!name.equals(Lease.FILE)) {
        throw new BadInputException(
            "%s is not empty and holds no %s, but %s; choose a new folder"
                .formatted(root, what, name));
      }
    }
  }

  /**
   * The names of all that is in the folder, by one listing: none if there is no folder. What a
   * crash left is not among them, and a text that is being replaced is.
   */
  public Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try {
      for (FileStatus child : fileSystem.listStatus(root)) {
        String name = child.getPath().getName();
        if (!name.startsWith(TEMPORARY)) {
          names.add(name.startsWith(PREVIOUS) ? name.substring(PREVIOUS.length()) : name);
        }
      }
    } catch (FileNotFoundException e) {
      return Set.of();
    }
    return names;
  }

  /** Returns a text, if there is one of this name. */
  public Optional<String> read(String name) throws IOException {
    Path path = new Path(root, name);
    Optional<String> text = text(path);
    if (text.isEmpty()) {
      // A writer may be replacing it, or was killed when it did.
      text = text(Publication.previous(path));
    }
    return text.isPresent() ? text : text(path);
  }

  /** Returns a text that {@link #writeNew} wrote, if there is one of this name. */
  public Optional<String> readNew(String name) throws IOException {
    return text(new Path(root, name));
  }

  private Optional<String> text(Path path) throws IOException {
    try (InputStream in = StoredInput.open(fileSystem, path)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes a text, in place of an earlier one.
   *
   * @param name relative to the folder
   */
  public void write(String name, String text) throws IOException {
    write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a small file that is no text, in place of an earlier one.
   *
   * @param name relative to the folder
   */
  public void write(String name, FileContent content) throws IOException {
    Path target = new Path(root, name);
    FileDigest draft = draft(target, content);
    new Publication(fileSystem)
        .replace(new Path(target.getParent(), draft.name()), target, readBack(draft));
  }

  /**
   * Writes a text where there is none.
   *
   * @param name relative to the folder
   * @throws PublicationConflictException if there is one; it stays
   */
  public void writeNew(String name, String text) throws IOException {
    Path target = new Path(root, name);
    FileDigest draft = draft(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    new Publication(fileSystem)
        .publish(new Path(target.getParent(), draft.name()), target, readBack(draft));
  }

  /** Removes a text, if there is one. */
  public void delete(String name) throws IOException {
    Path target = new Path(root, name);
    // The earlier one first, or it would come back.
    fileSystem.delete(Publication.previous(target), /* recursive= */ false);
    fileSystem.delete(target, /* recursive= */ false);
  }

  /**
   * Removes a text, if it still is the one expected.
   *
   * @throws PublicationConflictException if it is another one; that stays
   */
  void removeIf(String name, String expected) throws IOException {
    Path target = new Path(root, name);
    Path aside = new Path(root, TEMPORARY + UUID.randomUUID());
    try {
      fileSystem.rename(target, aside);
    } catch (FileNotFoundException e) {
      // What is read from there decides.
    }
    Optional<String> found = text(aside);
    if (found.isPresent() && !found.get().equals(expected)) {
      new Publication(fileSystem).publish(aside, target, path -> text(path).equals(found));
      throw new PublicationConflictException(target + " is another process's now");
    }
    fileSystem.delete(aside, /* recursive= */ false);
    fileSystem.delete(Publication.previous(target), /* recursive= */ false);
  }

  private Publication.ReadBack readBack(FileDigest draft) {
    return path -> DurableFile.sha256(fileSystem, path).equals(draft.sha256());
  }

  private FileDigest draft(Path target, FileContent content) throws IOException {
    Path temporary = new Path(target.getParent(), TEMPORARY + UUID.randomUUID());
    try {
      return DurableFile.write(fileSystem, temporary, content);
    } catch (IOException e) {
      try {
        fileSystem.delete(temporary, /* recursive= */ false);
      } catch (IOException cleanup) {
        e.addSuppressed(cleanup);
      }
      throw new IOException("Cannot write " + target + ": " + e.getMessage(), e);
    }
  }
}
