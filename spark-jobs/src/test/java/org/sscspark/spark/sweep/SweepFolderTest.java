package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.config.BadInputException;
import org.sscspark.search.Event;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FaultyFileSystem;
import org.sscspark.storage.FaultyHdfs;
import org.sscspark.storage.PublicationConflictException;

/** Two drivers that add to one journal, whatever fails and whenever the other comes. */
class SweepFolderTest {
  private static final Configuration HADOOP = new Configuration();
  private static final LoggedEvent BEFORE = event("before");

  @TempDir private Path temporary;
  private FileSystem fileSystem;

  @BeforeEach
  void open() throws IOException {
    fileSystem = DurableFile.plain(FileSystem.getLocal(HADOOP));
  }

  private static LoggedEvent event(String who) {
    return new LoggedEvent(new Event.Failure(0, 1, who), 2);
  }

  private SweepFolder folder(FileSystem used, Path place) {
    return new SweepFolder(HADOOP, used, place.toUri());
  }

  private void attempt(FileSystem used, Path place, String who, List<String> told)
      throws IOException {
    try {
      folder(used, place).append(1, event(who));
    } catch (PublicationConflictException e) {
      assertThat(e).hasMessageContaining("another process writes to this folder");
      told.add(who);
    }
  }

  private Runnable rival(Path place, List<String> told) {
    return () -> {
      try {
        attempt(fileSystem, place, "rival", told);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  @Test
  void aRivalAtAnyMomentLeavesOneEntryAndTheOtherIsTold() throws IOException {
    boolean fired = true;
    int moments = 0;
    int rivalWon = 0;
    for (; fired; moments++) {
      Path place = temporary.resolve("place-" + moments);
      folder(fileSystem, place).append(0, BEFORE);
      List<String> told = new ArrayList<>();
      FaultyFileSystem racing =
          new FaultyFileSystem(
              fileSystem, FaultyFileSystem.Fault.RACE, moments, rival(place, told));
      attempt(racing, place, "first", told);
      fired = racing.fired();
      String loser = told.isEmpty() ? "rival" : told.get(0);
      String winner = loser.equals("rival") ? "first" : "rival";
      assertThat(told).as("before operation %d", moments).hasSize(fired ? 1 : 0);
      assertThat(folder(fileSystem, place).journal())
          .as("before operation %d", moments)
          .containsExactly(BEFORE, event(winner));
      assertThat(place.resolve("journal").toFile().list())
          .as("before operation %d", moments)
          .containsExactlyInAnyOrder("00000000.json", "00000001.json");
      rivalWon += winner.equals("rival") ? 1 : 0;
    }
    assertThat(rivalWon).isBetween(4, moments - 2);
  }

  /** Kind: a journal that lost an entry, or a part of one, is no shorter journal. */
  @Test
  void aDamagedJournalIsNamedByItsEntry() throws IOException {
    Path place = temporary.resolve("place");
    SweepFolder journal = folder(fileSystem, place);
    for (int entry = 0; entry < 3; entry++) {
      journal.append(entry, event("entry " + entry));
    }
    Path second = place.resolve("journal/00000001.json");
    String whole = "{\"event\":\"result\",\"score\":0.5,\"trial\":1,\"epochs\":2,\"seconds\":3}";
    Files.writeString(second, whole);
    assertThat(journal.journal()).hasSize(3);
    for (String text :
        List.of(
            "{",
            "",
            "[]",
            "{\"event\":\"party\"}",
            whole.replace("score", "core"),
            whole.replace("0.5", "\"high\""),
            whole.replace("trial", "trail"),
            whole.replace("epochs", "epoch"),
            whole.replace("seconds", "second"))) {
      Files.writeString(second, text);
      assertUnusable(journal, "it is no event of a sweep");
    }
    Files.delete(second);
    assertUnusable(journal, "it is missing, and later ones are there");
  }

  private static void assertUnusable(SweepFolder journal, String complaint) {
    assertThatThrownBy(journal::journal)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("/place/journal/00000001.json: " + complaint + "; restore it, or");
  }

  @Test
  void anEntryOnHdfsIsAFileAndARename() throws IOException {
    Path place = temporary.resolve("place");
    FaultyFileSystem counting =
        new FaultyFileSystem(FaultyHdfs.healthy(), FaultyFileSystem.Fault.RACE, Integer.MAX_VALUE);
    folder(FaultyHdfs.over(counting), place).append(0, BEFORE);
    assertThat(counting.operations()).containsExactly("create", "write", "close", "rename");
    assertThat(folder(fileSystem, place).journal()).containsExactly(BEFORE);
  }

  @ParameterizedTest
  @EnumSource(names = "RACE", mode = EnumSource.Mode.EXCLUDE)
  void aFaultAndARivalTogetherLoseNothing(FaultyFileSystem.Fault fault) throws IOException {
    boolean fired = true;
    for (int moment = 0; fired; moment++) {
      Path place = temporary.resolve("place-" + moment);
      folder(fileSystem, place).append(0, BEFORE);
      List<String> told = new ArrayList<>();
      FaultyFileSystem faulty = new FaultyFileSystem(fileSystem, fault, moment, rival(place, told));
      boolean returned = false;
      try {
        folder(faulty, place).append(1, event("first"));
        returned = true;
      } catch (IOException e) {
        assertThat(faulty.fired()).isTrue();
      }
      fired = faulty.fired();
      boolean firstWon = told.contains("rival") || !fired;
      assertThat(returned && !firstWon).as("%s at %d", fault, moment).isFalse();
      assertThat(folder(fileSystem, place).journal())
          .as("%s at %d", fault, moment)
          .containsExactly(BEFORE, event(firstWon ? "first" : "rival"));
    }
  }
}
