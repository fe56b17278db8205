package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ShardFile;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.network.FeatureShape;
import org.sscspark.storage.DraftFolder;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FailingDisk;
import org.sscspark.storage.FaultyFileSystem;

/** Two who write a data set to one folder, whenever the other comes. */
class DatasetFolderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path temporary;
  private FileSystem fileSystem;
  private Map<String, DatasetManifest> sets;

  @BeforeEach
  void write() throws IOException {
    fileSystem = DurableFile.plain(FileSystem.getLocal(HADOOP));
    sets = Map.of("first", source("first", 1), "rival", source("rival", 2));
  }

  /** A data set of the same sizes as the other one, with other images. */
  private DatasetManifest source(String name, int seed) throws IOException {
    return LocalSharding.write(
        HADOOP,
        new Synthetic(6, 2, new FeatureShape(1, 2, 2), seed, "train"),
        ShardingOptions.of(name, seed).withShards(1),
        temporary.resolve(name).toUri());
  }

  @Test
  void aRivalAtAnyMomentLeavesOneWholeDataSetAndTheOtherIsTold() throws IOException {
    boolean fired = true;
    int moments = 0;
    int rivalWon = 0;
    for (; fired; moments++) {
      Path place = Files.createDirectory(temporary.resolve("place-" + moments));
      List<String> told = new ArrayList<>();
      FaultyFileSystem racing =
          new FaultyFileSystem(
              fileSystem,
              FaultyFileSystem.Fault.RACE,
              moments,
              () -> attempt(fileSystem, place, "rival", told));
      attempt(racing, place, "first", told);
      fired = racing.fired();

      Dataset there = Dataset.open(HADOOP, place.resolve("set").toUri());
      String winner = there.manifest().name();
      assertThat(there.manifest()).as("before operation %d", moments).isEqualTo(sets.get(winner));
      assertThat(files(place.resolve("set"))).isEqualTo(files(temporary.resolve(winner)));
      assertThat(told)
          .as("before operation %d", moments)
          .isEqualTo(fired ? List.of(winner.equals("rival") ? "first" : "rival") : List.of());
      assertThat(place.toFile().list()).as("before operation %d", moments).containsExactly("set");
      rivalWon += winner.equals("rival") ? 1 : 0;
    }
    assertThat(rivalWon).isBetween(4, moments - 2);
  }

  /**
   * Kind: a store where a rename copies and then deletes, by files or pages of files, and fails.
   */
  @ParameterizedTest
  @EnumSource(names = {"PARTIAL", "PAGED", "COPIED"})
  void aRenameThatFailsHalfWayLosesNoFile(FaultyFileSystem.Fault fault) throws IOException {
    boolean fired = true;
    int halves = 0;
    for (int moment = 0; fired; moment++) {
      Path place = Files.createDirectory(temporary.resolve("half-" + moment));
      List<String> told = new ArrayList<>();
      FaultyFileSystem faulty = new FaultyFileSystem(fileSystem, fault, moment);
      try {
        attempt(faulty, place, "first", told);
      } catch (UncheckedIOException e) {
        String message = e.getCause().getMessage();
        assertThat(message).contains("Injected failure");
        if (message.contains("either may have only a part of it")) {
          halves++;
          Map<String, String> left = new TreeMap<>(files(place.resolve("set")));
          try (Stream<Path> names = Files.list(place)) {
            left.putAll(
                files(names.filter(name -> !name.endsWith("set")).findFirst().orElseThrow()));
          }
          assertThat(left).isEqualTo(files(temporary.resolve("first")));
        }
      }
      fired = faulty.fired();
      assertThat(told).as("at operation %d", moment).isEmpty();
    }
    assertThat(halves).isEqualTo(1);
  }

  @Test
  void aDataSetNeedsNoFileSystemThatForces() throws IOException {
    Path place = Files.createDirectory(temporary.resolve("place"));
    FailingDisk disk = new FailingDisk();
    disk.withoutForcing();
    attempt(disk, place, "first", new ArrayList<>());
    assertThat(files(place.resolve("set"))).isEqualTo(files(temporary.resolve("first")));
  }

  /** One that does not fit leaves nothing at its place. */
  @Test
  void aFullDiskIsAFailure() throws IOException {
    Path place = Files.createDirectory(temporary.resolve("place"));
    FailingDisk disk = new FailingDisk();
    disk.fillUpTo(files(temporary.resolve("first")).get("shards/part-00000.parquet").length());
    assertThatThrownBy(() -> attempt(disk, place, "first", new ArrayList<>()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(place.toFile().list()).isEmpty();
    assertThat(disk.open()).isZero();
  }

  private void attempt(FileSystem used, Path place, String name, List<String> told) {
    DatasetManifest manifest = sets.get(name);
    ShardFile shard = manifest.shards().get(0);
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(place.resolve("set").toUri());
    try (DatasetFolder folder = DatasetFolder.begin(DraftFolder.create(used, target))) {
      FileUtil.copy(
          fileSystem,
          new org.apache.hadoop.fs.Path(temporary.resolve(name).resolve(shard.file()).toUri()),
          used,
          new org.apache.hadoop.fs.Path(
              new org.apache.hadoop.fs.Path(folder.attempts()), "attempt"),
          /* deleteSource= */ false,
          HADOOP);
      WrittenShard written =
          new WrittenShard("attempt", shard, null, RejectedImages.none(), RejectedImages.none());
      folder.commit(manifest, List.of(written), RejectedImages.none());
    } catch (BadInputException e) {
      assertThat(e).hasMessageContaining("give another --out");
      told.add(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All bytes below a folder, as letters. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }
}
