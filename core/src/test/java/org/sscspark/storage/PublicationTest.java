package org.sscspark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two who publish at one place, whatever fails and whenever the other comes. */
class PublicationTest {
  /** What is published. */
  enum Kind {
    FILE {
      @Override
      void publish(FileSystem fileSystem, Path root, String content) throws IOException {
        new TextFiles(fileSystem, root).writeNew(NAME, content);
      }

      @Override
      Path content(Path target) {
        return target;
      }
    },
    FOLDER {
      @Override
      void publish(FileSystem fileSystem, Path root, String content) throws IOException {
        Path draft = new Path(root, ".tmp-" + content);
        DurableFile.write(fileSystem, new Path(draft, "a"), out -> out.write(bytes(content)));
        new Publication(fileSystem)
            .publish(
                draft,
                new Path(root, NAME),
                place -> read(fileSystem, new Path(place, "a")).equals(Optional.of(content)));
      }

      @Override
      Path content(Path target) {
        return new Path(target, "a");
      }
    };

    static final String NAME = "00000007";

    abstract void publish(FileSystem fileSystem, Path root, String content) throws IOException;

    abstract Path content(Path target);
  }

  @TempDir private java.nio.file.Path temporary;
  FileSystem fileSystem;
  private int places;

  @BeforeEach
  void open() throws IOException {
    fileSystem = fileSystem();
  }

  /** Where it is published. */
  FileSystem fileSystem() throws IOException {
    return DurableFile.plain(FileSystem.getLocal(new Configuration()));
  }

  /** The same with a fault. */
  FileSystem faulty(FaultyFileSystem faulty) {
    return faulty;
  }

  /** How many operations there are at least after the one that publishes. */
  int leastOperationsAfter() {
    return 1;
  }

  final Path newPlace() throws IOException {
    Path place = new Path(temporary.resolve("place-" + places++).toUri());
    fileSystem.mkdirs(place);
    return place;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Optional<String> read(FileSystem fileSystem, Path path) throws IOException {
    try (InputStream in = fileSystem.open(path)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  final List<String> names(Path place) throws IOException {
    return Arrays.stream(fileSystem.listStatus(place))
        .map(status -> status.getPath().getName())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void aRivalAtAnyMomentLeavesOneWinnerAndTheOtherIsTold(Kind kind) throws IOException {
    boolean fired = true;
    int rivalWon = 0;
    int moments = 0;
    for (; fired; moments++) {
      Path place = newPlace();
      List<String> told = new ArrayList<>();
      Runnable rival = () -> attempt(kind, fileSystem, place, "rival", told);
      FaultyFileSystem racing =
          new FaultyFileSystem(fileSystem, FaultyFileSystem.Fault.RACE, moments, rival);
      attempt(kind, faulty(racing), place, "first", told);
      fired = racing.fired();
      String winner = read(fileSystem, kind.content(new Path(place, Kind.NAME))).orElseThrow();
      assertThat(told)
          .as("before operation %d", moments)
          .containsExactlyElementsOf(
              fired ? List.of(winner.equals("rival") ? "first" : "rival") : List.of());
      assertThat(names(place)).as("before operation %d", moments).containsExactly(Kind.NAME);
      rivalWon += winner.equals("rival") ? 1 : 0;
    }
    // One of the moments is that after the last operation.
    assertThat(rivalWon).isBetween(4, moments - 1 - leastOperationsAfter());
  }

  static void attempt(Kind kind, FileSystem fileSystem, Path place, String who, List<String> told) {
    try {
      kind.publish(fileSystem, place, who);
    } catch (PublicationConflictException e) {
      assertThat(e).hasMessageContaining("another process writes to this folder");
      told.add(who);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFaultAndARivalTogetherLoseNothing(Kind kind) throws IOException {
    for (FaultyFileSystem.Fault fault : FaultyFileSystem.Fault.values()) {
      boolean fired = true;
      for (int moment = 0; fired; moment++) {
        Path place = newPlace();
        List<String> told = new ArrayList<>();
        Runnable rival = () -> attempt(kind, fileSystem, place, "rival", told);
        FaultyFileSystem faulty = new FaultyFileSystem(fileSystem, fault, moment, rival);
        boolean returned = false;
        try {
          kind.publish(faulty(faulty), place, "first");
          returned = true;
        } catch (IOException e) {
          assertThat(faulty.fired()).isTrue();
        }
        fired = faulty.fired();
        String content = read(fileSystem, kind.content(new Path(place, Kind.NAME))).orElseThrow();
        String when = fault + " at " + moment;
        if (returned) {
          assertThat(content).as(when).isEqualTo("first");
        }
        if (fired) {
          assertThat(content).as(when).isEqualTo(told.contains("rival") ? "first" : "rival");
        }
      }
    }
  }

  /** Kind: a store where a rename copies, and fails before it has removed what it copied. */
  @Test
  void nobodyIsBlamedForWhatARenameLeftHalfWay() throws IOException {
    boolean fired = true;
    int halves = 0;
    for (int moment = 0; fired; moment++) {
      Path place = newPlace();
      FileSystem local = DurableFile.plain(FileSystem.getLocal(new Configuration()));
      FaultyFileSystem faulty = new FaultyFileSystem(local, FaultyFileSystem.Fault.PARTIAL, moment);
      try {
        Kind.FOLDER.publish(faulty, place, "first");
      } catch (PublicationUnknownException e) {
        if (e.getMessage().contains("either may have only a part of it")) {
          halves++;
          assertThat(e).hasMessageContaining("Injected failure");
          assertThat(names(place)).containsExactlyInAnyOrder(".tmp-first", Kind.NAME);
        }
      } catch (IOException e) {
        assertThat(e).isNotInstanceOf(PublicationConflictException.class);
      }
      fired = faulty.fired();
    }
    assertThat(halves).isEqualTo(1);
  }

  @Test
  void whatIsThereIsNotReplacedByAFileOrMovedInto() throws IOException {
    Path place = newPlace();
    for (Kind kind : Kind.values()) {
      kind.publish(fileSystem, place, "old");
      assertThatThrownBy(() -> kind.publish(fileSystem, place, "new"))
          .isInstanceOf(PublicationConflictException.class);
      assertThat(read(fileSystem, kind.content(new Path(place, Kind.NAME)))).contains("old");
      assertThat(names(place)).containsExactly(Kind.NAME);
      fileSystem.delete(new Path(place, Kind.NAME), true);
    }
  }

  /** Kind: stores where a rename copies, so that the copy of another who renames may come last. */
  @ParameterizedTest
  @EnumSource
  void whatIsReadBackCountsAndNotTheAnswerOfARename(Kind kind) throws IOException {
    Path place = newPlace();
    FileSystem copying = new CopyingFileSystem(fileSystem, kind);
    assertThatThrownBy(() -> kind.publish(copying, place, "first"))
        .isInstanceOf(PublicationConflictException.class);
    assertThat(read(fileSystem, kind.content(new Path(place, Kind.NAME)))).contains("rival");
    assertThat(names(place)).containsExactly(Kind.NAME);
  }

  @Test
  void aTextThatIsReplacedIsReadBack() throws IOException {
    Path place = newPlace();
    TextFiles files = new TextFiles(new CopyingFileSystem(fileSystem, Kind.FILE), place);
    assertThatThrownBy(() -> files.write(Kind.NAME, "first"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("What is read back is not what was written");
    assertThat(files.read(Kind.NAME)).contains("rival");
    assertThat(names(place)).containsExactly(Kind.NAME);
  }

  /** No local disk, and each rename is followed by that of a rival. */
  private static final class CopyingFileSystem extends FilterFileSystem {
    private final Kind kind;

    CopyingFileSystem(FileSystem fileSystem, Kind kind) {
      super(fileSystem);
      this.kind = kind;
    }

    @Override
    public FileSystem getRawFileSystem() {
      // Nothing known is below.
      return null;
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      boolean renamed = fs.rename(from, to);
      Path content = kind.content(to);
      fs.delete(content, /* recursive= */ false);
      DurableFile.write(fs, content, out -> out.write(bytes("rival")));
      return renamed;
    }
  }

  @Test
  void aTextThatIsReplacedIsAlwaysThere() throws IOException {
    boolean fired = true;
    int moments = 0;
    for (; fired; moments++) {
      Path place = newPlace();
      TextFiles healthy = new TextFiles(fileSystem, place);
      healthy.write("a", "old");
      List<String> seen = new ArrayList<>();
      Runnable reader =
          () -> {
            try {
              seen.add(healthy.read("a").orElse("nothing"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      FaultyFileSystem racing =
          new FaultyFileSystem(fileSystem, FaultyFileSystem.Fault.RACE, moments, reader);
      new TextFiles(faulty(racing), place).write("a", "new");
      fired = racing.fired();
      assertThat(seen).as("before operation %d", moments).isSubsetOf("old", "new");
      assertThat(healthy.read("a")).contains("new");
      assertThat(names(place)).containsExactly("a");
    }
    assertThat(moments).isGreaterThan(leastOperationsAfter() > 0 ? 8 : 4);
  }

  @Test
  void aDeletedTextDoesNotComeBack() throws IOException {
    TextFiles files = new TextFiles(fileSystem, newPlace());
    files.write("a", "1");
    files.write("a", "2");
    files.delete("a");
    files.delete("a");
    assertThat(files.read("a")).isEmpty();
  }
}
