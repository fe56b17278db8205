package org.sscspark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.storage.FaultyFileSystem;
import org.sscspark.storage.FileContent;
import org.sscspark.storage.FileDigest;
import org.sscspark.storage.PublicationConflictException;
import org.sscspark.storage.PublicationUnknownException;

/** What checkpoints and their writer promise on every file system. */
public abstract class CheckpointStoreContract {
  private FileSystem fileSystem;
  private Path folder;
  private CheckpointStore store;
  private CheckpointWriter writer;

  /** The file system under test. */
  protected abstract FileSystem fileSystem() throws IOException;

  /** The file system under test with a fault. */
  protected FileSystem faulty(FaultyFileSystem faulty) {
    return faulty;
  }

  /** A folder that does not exist, another one at each call. */
  protected abstract Path newFolder();

  @BeforeEach
  void openStore() throws IOException {
    fileSystem = fileSystem();
    folder = newFolder();
    store = new CheckpointStore(fileSystem, folder);
    writer = CheckpointWriter.begin(store);
  }

  private static byte[] content(long round, int length) {
    byte[] bytes = new byte[length];
    new Random(round).nextBytes(bytes);
    return bytes;
  }

  /** The files that every checkpoint has, of which those of the state differ by the round. */
  public static Map<String, FileContent> files(long round) {
    Map<String, FileContent> files = new LinkedHashMap<>();
    files.put("network.json", out -> out.write(content(0, 10)));
    files.put("input.json", out -> out.write(content(0, 10)));
    files.put("state.json", out -> out.write(content(round, 100)));
    files.put("state.bin", out -> out.write(content(-round, 200_000)));
    return files;
  }

  private Checkpoint commit(long round) throws IOException {
    return writer.commit(round, Optional.empty(), files(round));
  }

  private static byte[] read(CheckpointStore store, Checkpoint checkpoint, String name)
      throws IOException {
    try (InputStream in = store.open(checkpoint, name)) {
      return in.readAllBytes();
    }
  }

  static void assertHolds(CheckpointStore store, Checkpoint checkpoint, long round)
      throws IOException {
    assertThat(checkpoint.round()).isEqualTo(round);
    assertThat(read(store, checkpoint, "state.json")).isEqualTo(content(round, 100));
    assertThat(read(store, checkpoint, "state.bin")).isEqualTo(content(-round, 200_000));
  }

  private List<String> names() throws IOException {
    return Arrays.stream(fileSystem.listStatus(folder))
        .map(status -> status.getPath().getName())
        .sorted()
        .toList();
  }

  private static List<Long> rounds(CheckpointStore store) throws IOException {
    return store.list().stream().map(Checkpoint::round).toList();
  }

  private void overwrite(Path path, byte[] bytes) throws IOException {
    try (OutputStream out = fileSystem.create(path, true)) {
      out.write(bytes);
    }
  }

  @Test
  void anEmptyOrAbsentFolderHasNoCheckpoint() throws IOException {
    assertThat(store.newestValid()).isEmpty();
    assertThat(store.best()).isEmpty();
    CheckpointStore absent = new CheckpointStore(fileSystem, newFolder());
    assertThat(absent.newestValid()).isEmpty();
    assertThat(absent.list()).isEmpty();
  }

  @Test
  void whatWasCommittedIsReadBack() throws IOException {
    commit(3);
    Checkpoint committed = commit(12);
    assertHolds(store, committed, 12);
    CheckpointStore reader = new CheckpointStore(fileSystem, folder);
    assertHolds(reader, reader.newestValid().orElseThrow(), 12);
    assertThat(rounds(reader)).containsExactly(3L, 12L);
    assertThat(names()).containsExactly("round-00000003", "round-00000012");
    assertThatThrownBy(() -> store.open(committed, "model.zip"))
        .hasMessageContaining("has no file model.zip");
  }

  @Test
  void manifestTellsLengthsAndDigests() throws IOException {
    Checkpoint checkpoint =
        writer.commit(1, Optional.of(0.5), Map.of("a", out -> out.write("abc".getBytes("UTF-8"))));
    // FIPS 180-2, appendix B.1.
    assertThat(checkpoint.manifest().files())
        .containsExactly(
            new FileDigest(
                "a", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assertThat(store.list()).containsExactly(checkpoint);
  }

  /** Ways in which a committed checkpoint goes bad. */
  enum Damage {
    FLIPPED_BIT("state.bin is not what was written: SHA-256 differs"),
    CUT_SHORT("state.bin has 100000 bytes, written were 200000"),
    EMPTY("state.bin has 0 bytes, written were 200000"),
    FILE_MISSING("state.json is missing"),
    MANIFEST_MISSING("it has no manifest.json"),
    MANIFEST_GARBLED("its manifest is not JSON"),
    MANIFEST_EMPTY("its manifest is empty"),
    MANIFEST_WITHOUT_A_FILE("its manifest names no state.json"),
    MANIFEST_OF_ANOTHER_ROUND("its manifest is that of round 1");

    private final String message;

    Damage(String message) {
      this.message = message;
    }
  }

  private void damage(Path checkpoint, Damage damage) throws IOException {
    Path vectors = new Path(checkpoint, "state.bin");
    Path manifest = new Path(checkpoint, "manifest.json");
    byte[] bytes = content(-2, 200_000);
    switch (damage) {
      case FLIPPED_BIT -> {
        bytes[123_456] ^= 4;
        overwrite(vectors, bytes);
      }
      case CUT_SHORT -> overwrite(vectors, Arrays.copyOf(bytes, 100_000));
      case EMPTY -> overwrite(vectors, new byte[0]);
      case FILE_MISSING -> fileSystem.delete(new Path(checkpoint, "state.json"), false);
      case MANIFEST_MISSING -> fileSystem.delete(manifest, false);
      case MANIFEST_GARBLED -> overwrite(manifest, new byte[] {'{', 0, 1});
      case MANIFEST_EMPTY -> overwrite(manifest, new byte[0]);
      case MANIFEST_WITHOUT_A_FILE ->
          overwrite(
              manifest,
              new CheckpointManifest(
                      "id",
                      2,
                      Optional.empty(),
                      Optional.empty(),
                      verifiedFiles(checkpoint).stream()
                          .filter(file -> !file.name().equals("state.json"))
                          .toList())
                  .toJson()
                  .getBytes(StandardCharsets.UTF_8));
      case MANIFEST_OF_ANOTHER_ROUND -> {
        Path other = new Path(checkpoint.getParent(), "round-00000001/manifest.json");
        try (InputStream in = fileSystem.open(other)) {
          overwrite(manifest, in.readAllBytes());
        }
      }
    }
  }

  private List<FileDigest> verifiedFiles(Path checkpoint) throws IOException {
    return store.named(checkpoint.getName()).manifest().files();
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedNewestIsNamedAndTheOneBeforeIsUsed(Damage damage) throws IOException {
    commit(1);
    Checkpoint newest = commit(2);
    damage(newest.folder(), damage);
    try (LogCapture log = new LogCapture(CheckpointStore.class)) {
      assertHolds(store, store.newestValid().orElseThrow(), 1);
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith("Checkpoint " + newest.folder() + " is damaged: " + damage.message)
          .endsWith("; it is passed over");
    }
  }

  /** Kind: a listing that calls a checkpoint good which nothing can be read from. */
  @ParameterizedTest
  @EnumSource(names = "FLIPPED_BIT", mode = EnumSource.Mode.EXCLUDE)
  void whatIsNotAsLongAsItWasIsKnownWithoutReadingIt(Damage damage) throws IOException {
    Checkpoint good = commit(1);
    Path newest = commit(2).folder();
    damage(newest, damage);
    assertThat(store.states())
        .containsExactly(
            new CheckpointState(good.folder(), Optional.of(good), Optional.empty()),
            new CheckpointState(newest, Optional.empty(), store.states().get(1).fault()));
    assertThat(store.states().get(1).fault().orElseThrow())
        .startsWith("damaged: " + damage.message);
  }

  @Test
  void aDamagedCheckpointIsSetAsideWhenItsRoundIsCommittedAgain() throws IOException {
    commit(1);
    damage(commit(2).folder(), Damage.CUT_SHORT);
    Checkpoint again = commit(2);
    assertHolds(store, again, 2);
    assertHolds(store, store.newestValid().orElseThrow(), 2);
    assertThat(names()).hasSize(3).anyMatch(name -> name.startsWith("damaged-round-00000002-"));
  }

  @Test
  void theSecondWriterOfARoundLoses() throws IOException {
    CheckpointWriter other = CheckpointWriter.begin(new CheckpointStore(fileSystem, folder));
    commit(5);
    assertThatThrownBy(() -> other.commit(5, Optional.empty(), files(6)))
        .isInstanceOf(PublicationConflictException.class)
        .hasMessageMatching(
            ".*/round-00000005 has been published before: another process writes to this folder;"
                + " stop it, or choose another folder");
    assertHolds(store, store.newestValid().orElseThrow(), 5);
    assertThat(names()).containsExactly("round-00000005");
  }

  @Test
  void ofRacingWritersOneWinsAndNothingOfTheOthersIsLeft() throws Exception {
    int writers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (long round = 1; round <= 5; round++) {
        long committed = round;
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<Checkpoint>> futures = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
          CheckpointWriter own = CheckpointWriter.beginNew(new CheckpointStore(fileSystem, folder));
          Callable<Checkpoint> commit =
              () -> {
                start.await();
                return own.commit(committed, Optional.empty(), files(committed));
              };
          futures.add(threads.submit(commit));
        }
        int won = 0;
        for (Future<Checkpoint> future : futures) {
          try {
            future.get();
            won++;
          } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(PublicationConflictException.class);
          }
        }
        assertThat(won).isEqualTo(1);
        Checkpoint winner = store.newestValid().orElseThrow();
        assertHolds(store, winner, round);
        assertThat(fileSystem.listStatus(winner.folder()))
            .extracting(status -> status.getPath().getName())
            .containsExactlyInAnyOrder(
                "input.json", "manifest.json", "network.json", "state.bin", "state.json");
      }
      assertThat(names()).noneMatch(name -> name.startsWith(".tmp-"));
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RACE", "PARTIAL", "PAGED", "COPIED"},
      mode = EnumSource.Mode.EXCLUDE)
  void afterAFaultInAnyOperationTheOldOrTheNewCheckpointIsThere(FaultyFileSystem.Fault fault)
      throws IOException {
    Checkpoint newest = commit(1);
    boolean fired = true;
    int committed = 0;
    int failing = 0;
    for (; fired; failing++) {
      long before = newest.round();
      FaultyFileSystem faulty = new FaultyFileSystem(fileSystem, fault, failing);
      boolean returned = false;
      boolean unknown = false;
      try {
        CheckpointWriter failingWriter =
            CheckpointWriter.begin(new CheckpointStore(faulty(faulty), folder));
        Checkpoint next = failingWriter.commit(before + 1, Optional.empty(), files(before + 1));
        returned = true;
        failingWriter.removeOld(next, 1);
      } catch (PublicationUnknownException e) {
        unknown = true;
      } catch (IOException e) {
        assertThat(faulty.fired()).isTrue();
      }
      fired = faulty.fired();
      committed += returned && fired ? 1 : 0;
      String when = fault + " at operation " + failing;
      try (LogCapture log = new LogCapture(CheckpointStore.class)) {
        writer = CheckpointWriter.begin(store);
        newest = store.newestValid().orElseThrow();
        if (unknown) {
          assertThat(newest.round()).as(when).isBetween(before, before + 1);
        } else {
          assertThat(newest.round()).as(when).isEqualTo(returned ? before + 1 : before);
        }
        assertHolds(store, newest, newest.round());
        assertThat(log.warnings()).as(when).isEmpty();
      }
      assertThat(names())
          .as(when)
          .contains(newest.folder().getName())
          .isSubsetOf(newest.folder().getName(), String.format(Locale.ROOT, "round-%08d", before));
      writer.removeOld(newest, 1);
    }
    // The faults reached beyond the commit, into the removal of the old one.
    assertThat(failing).isGreaterThan(15);
    assertThat(committed).isGreaterThan(1);
  }

  @Test
  void aFileThatCannotBeWrittenIsAClearErrorAndThePreviousCheckpointStays() throws IOException {
    commit(1);
    Map<String, FileContent> files =
        Map.of(
            "state.bin",
            out -> {
              out.write(new byte[100_000]);
              throw new IOException("the quota is exceeded");
            });
    assertThatThrownBy(() -> writer.commit(2, Optional.empty(), files))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "Cannot write checkpoint .*/round-00000002 \\(the quota is exceeded\\); the"
                + " checkpoints before it are as they were");
    assertHolds(store, store.newestValid().orElseThrow(), 1);
    assertThat(names()).containsExactly("round-00000001");
  }

  @Test
  void aRenameThatAnswersNoIsAFailure() throws IOException {
    commit(1);
    FileSystem refusing =
        new FilterFileSystem(fileSystem) {
          @Override
          public boolean rename(Path source, Path target) {
            return false;
          }
        };
    CheckpointWriter failing = CheckpointWriter.begin(new CheckpointStore(refusing, folder));
    assertThatThrownBy(() -> failing.commit(2, Optional.empty(), files(2)))
        .hasMessageMatching(
            "Cannot commit checkpoint .*/round-00000002; those before it are as they were")
        .rootCause()
        .hasMessageStartingWith("The file system refused to rename ");
    assertThat(names()).containsExactly("round-00000001");
  }

  @Test
  void aBrokenProducerLeavesNothingBehind() throws IOException {
    assertThatThrownBy(
            () ->
                writer.commit(
                    2,
                    Optional.empty(),
                    Map.of(
                        "state.bin",
                        out -> {
                          throw new IllegalStateException("no state");
                        })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no state");
    assertThat(names()).isEmpty();
  }

  @Test
  void leftoversOfAKilledRunAreRemovedAtTheNextStart() throws IOException {
    commit(1);
    overwrite(new Path(folder, ".tmp-abc/state.bin"), new byte[10]);
    overwrite(new Path(folder, ".tmp-def"), new byte[10]);
    assertHolds(store, store.newestValid().orElseThrow(), 1);
    CheckpointStore next = CheckpointWriter.begin(store).store();
    assertThat(names()).containsExactly("round-00000001");
    assertHolds(next, next.newestValid().orElseThrow(), 1);
  }

  @Test
  void theNewestAndTheBestAreKept() throws IOException {
    double[] scores = {0.3, 0.9, 0.5, 0.9, 0.6, 0.7};
    for (int round = 1; round <= scores.length; round++) {
      Checkpoint newest = writer.commit(round, Optional.of(scores[round - 1]), files(round));
      writer.removeOld(newest, 2);
    }
    assertThat(rounds(store)).containsExactly(2L, 5L, 6L);
    assertHolds(store, store.best().orElseThrow(), 2);
    assertThat(names()).hasSize(3);
  }

  @Test
  void withoutScoresOnlyTheNewestAreKept() throws IOException {
    for (int round = 1; round <= 4; round++) {
      writer.removeOld(commit(round), 2);
    }
    assertThat(rounds(store)).containsExactly(3L, 4L);
    assertThat(store.best()).isEmpty();
  }

  @Test
  void aDamagedBestGivesWayToTheNextBest() throws IOException {
    writer.commit(1, Optional.of(0.5), files(1));
    Checkpoint best = writer.commit(2, Optional.of(0.9), files(2));
    writer.commit(3, Optional.of(0.1), files(3));
    damage(best.folder(), Damage.FLIPPED_BIT);
    assertHolds(store, store.best().orElseThrow(), 1);
  }

  @Test
  void newerDamagedCheckpointsDoNotPushTheLastGoodOneOut() throws IOException {
    damage(commit(2).folder(), Damage.EMPTY);
    Checkpoint good = writer.commit(1, Optional.empty(), files(1));
    writer.removeOld(good, 1);
    assertHolds(store, store.newestValid().orElseThrow(), 1);
  }

  @Test
  void aFileSystemThatFailsIsNotTakenForDamage() throws IOException {
    commit(1);
    for (int failing = 0; failing < 4; failing++) {
      FaultyFileSystem faulty =
          new FaultyFileSystem(fileSystem, FaultyFileSystem.Fault.CRASH, failing);
      CheckpointStore reader = new CheckpointStore(faulty(faulty), folder);
      assertThatThrownBy(reader::newestValid)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Injected failure of operation " + failing);
    }
  }

  /** A flipped digit of a score neither crowns a worse checkpoint nor removes the best. */
  @Test
  void aDamagedScoreNeitherCrownsNorRemoves() throws IOException {
    writer.commit(1, Optional.of(0.7), files(1));
    Checkpoint worse = writer.commit(2, Optional.of(0.5), files(2));
    Path manifest = new Path(worse.folder(), CheckpointManifest.FILE_NAME);
    replaceIn(manifest, "0.5", "0.9");
    for (long round = 3; round <= 6; round++) {
      writer.removeOld(writer.commit(round, Optional.of(0.6), files(round)), 1);
    }
    assertThat(store.best().orElseThrow().round()).isEqualTo(1);
    assertThat(rounds(store)).containsExactly(1L, 6L);
    // The best one's own score is flipped: it is passed over, and stays for whoever looks.
    replaceIn(new Path(store.best().orElseThrow().folder(), manifest.getName()), "0.7", "0.1");
    writer.removeOld(writer.commit(7, Optional.of(0.6), files(7)), 1);
    assertThat(names()).contains("round-00000001", "round-00000002");
    assertThat(rounds(store)).containsExactly(6L, 7L);
  }

  /** Kind: manifests that are JSON and say nothing that can be used. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\"name\"", "\"lengthBytes\"", "\"sha256\"", "state.bin", "\"round\"", "\"id\""})
  void aManifestWithoutWhatItNeedsIsDamage(String what) throws IOException {
    commit(1);
    Checkpoint newest = commit(2);
    Path manifest = new Path(newest.folder(), CheckpointManifest.FILE_NAME);
    // As manifests of earlier versions, which have no checksum of their own.
    String text = text(manifest);
    overwrite(
        manifest,
        text.replaceAll(",\\s+\"sha256\" : \"\\w+\"\\s+}\\s*$", "}")
            .getBytes(StandardCharsets.UTF_8));
    assertThat(store.newestValid().orElseThrow().round()).isEqualTo(2);
    replaceIn(manifest, what, what.startsWith("\"") ? "\"other\"" : "../state.bin");
    assertThat(store.newestValid().orElseThrow().round()).isEqualTo(1);
  }

  private String text(Path path) throws IOException {
    try (InputStream in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void replaceIn(Path path, String what, String by) throws IOException {
    String text = text(path);
    assertThat(text).contains(what);
    overwrite(path, text.replace(what, by).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void otherFilesInTheFolderAreLeftAlone() throws IOException {
    overwrite(new Path(folder, "notes.txt"), new byte[3]);
    overwrite(new Path(folder, "round-00000009"), new byte[3]);
    overwrite(new Path(folder, "round-x/a"), new byte[3]);
    writer.removeOld(commit(1), 1);
    assertThat(rounds(store)).containsExactly(1L);
    assertThat(names()).containsExactly("notes.txt", "round-00000001", "round-00000009", "round-x");
    FileStatus[] committed = fileSystem.listStatus(new Path(folder, "round-00000001"));
    assertThat(committed).hasSize(5);
  }
}
