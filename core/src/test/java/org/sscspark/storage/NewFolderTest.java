package org.sscspark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.config.BadInputException;

/** Kind: a place where nothing can be made, which is found out when the work is done. */
class NewFolderTest {
  @TempDir private java.nio.file.Path folder;
  private FileSystem local;

  /** What a file system says where it lets nobody write. */
  private enum Refusal {
    FALSE,
    DENIED,
    DENIED_TO_LOOK,
    BELOW_A_FILE
  }

  private static final class Refusing extends FilterFileSystem {
    private final Refusal refusal;
    private final List<Path> made = new ArrayList<>();

    Refusing(FileSystem healthy, Refusal refusal) {
      super(healthy);
      this.refusal = refusal;
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      if (refusal == Refusal.DENIED_TO_LOOK) {
        throw new AccessControlException("Permission denied: user=nobody\nat org.apache");
      }
      if (refusal == Refusal.BELOW_A_FILE && path.getName().equals("new")) {
        throw new ParentNotDirectoryException("is not a directory");
      }
      return super.getFileStatus(path);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      if (refusal == Refusal.DENIED) {
        throw new AccessControlException("Permission denied: user=nobody\nat org.apache");
      }
      made.add(path);
      return refusal != Refusal.FALSE && super.mkdirs(path);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
      return mkdirs(path);
    }
  }

  @BeforeEach
  void open() throws IOException {
    local = DurableFile.plain(FileSystem.getLocal(new Configuration()));
  }

  private Path place(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private static void assertRefused(FileSystem fileSystem, Path place, String message) {
    assertThatThrownBy(() -> NewFolder.requirePossible(fileSystem, place, "--out"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(message);
  }

  @Test
  void aFileOnTheWayIsNamed() throws IOException {
    Files.writeString(folder.resolve("file"), "x");
    Path file = place("file");

    assertRefused(
        local,
        place("file/a/new"),
        "--out: cannot make a folder in %s (it is a file); give another".formatted(file));
    assertRefused(
        new Refusing(local, Refusal.BELOW_A_FILE),
        place("file/new"),
        "--out: cannot make a folder in %s (it is a file); give another".formatted(file));
    assertRefused(
        local,
        file,
        "--out: %s is a file; give a folder, or the place of a new one".formatted(file));
  }

  @Test
  void theWebIsNoPlaceToWriteTo() {
    for (String place : List.of("http://host/a", "https://host/a/b")) {
      assertThatThrownBy(
              () -> NewFolder.requirePossible(new Configuration(), URI.create(place), "--out"))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "--out: nothing can be written to %s; give a folder of this machine or of a file system that is written to, as in hdfs://host/folder"
                  .formatted(place));
    }
  }

  @Test
  void whereNothingCanBeMadeTheNearestFolderIsNamed() {
    Path parent = new Path(folder.toUri().getPath());
    String told = "--out: cannot make a folder in file:%s%s; give another";
    for (String name : List.of("new", "a/b/new")) {
      assertRefused(new Refusing(local, Refusal.FALSE), place(name), told.formatted(parent, ""));
      assertRefused(
          new Refusing(local, Refusal.DENIED),
          place(name),
          told.formatted(parent, " (Permission denied: user=nobody)"));
    }
    assertRefused(
        new Refusing(local, Refusal.DENIED_TO_LOOK),
        place("new"),
        told.formatted(new Path(parent, "new"), " (Permission denied: user=nobody)"));
    assertThatThrownBy(() -> DraftFolder.create(new Refusing(local, Refusal.FALSE), place("new")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(told.formatted(parent, ""));
  }

  @Test
  void whereOneCanBeMadeNothingIsLeft() throws IOException {
    NewFolder.requirePossible(local, place("a/b/new"), "--out");
    Files.createDirectory(folder.resolve("empty"));
    NewFolder.requirePossible(local, place("empty"), "--out");
    assertThat(folder.toFile().list()).containsExactly("empty");
    assertThat(folder.resolve("empty")).isEmptyDirectory();

    // An empty folder must be one to write to; what a folder holds may be all that is wanted.
    assertThatThrownBy(
            () ->
                NewFolder.requirePossible(
                    new Refusing(local, Refusal.FALSE), place("empty"), "--out"))
        .isInstanceOf(BadInputException.class);
    Files.writeString(folder.resolve("empty/run.json"), "{}");
    Refusing never = new Refusing(local, Refusal.FALSE);
    NewFolder.requirePossible(never, place("empty"), "--out");
    assertThat(never.made).isEmpty();
  }
}
