package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.spark.train.TinyData;

/** Kind: a place where nothing can be written, which is found out when the work is done. */
class OutPlaceTest {
  /** A folder in which the system lets nobody make anything, not even root. */
  private static final Path NOWHERE = Path.of("/proc");

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("file"), "x");
    RawFixtures.write(folder.resolve("raw/a/1.png"), PlainPng.noise(6, 4, 1));
    TinyData.write(folder.resolve("data"), 20);
  }

  private Ended ssc(String command) {
    return Ended.ssc(
        Stream.of(command.split(" ")).map(word -> word.replace("@", folder.toString())).toArray());
  }

  /** None of these gets as far as to start Spark, or to look at what is not there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "shard --format image-folder --in @/raw --out",
        "shard --format image-folder --in @/raw --dry-run --out",
        "predict --checkpoint @/none --data @/none --out",
        "train --data @/none --out",
        "train --data @/none --dry-run --out",
        "compare --data @/none --test @/none --out",
        "compare --merge @/none @/nothing --out",
        "sweep --data @/none --validation @/none sweep.space.density=[0.3,0.6] sweep.budget.trials=2 --out",
        "quickstart --out",
      })
  void aPlaceForAFolderIsTriedFirst(String command) {
    ssc(command + " @/file/x")
        .isBadInput(
            "--out: cannot make a folder in file:%s/file (it is a file); give another"
                .formatted(folder));
    ssc(command + " @/file/x/y/z").isBadInput("--out: cannot make a folder in file:" + folder);
    assumeTrue(Files.isDirectory(NOWHERE));
    ssc(command + " /proc/x").isBadInput("--out: cannot make a folder in file:/proc; give another");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("file", "raw", "data");
  }

  /** They do not name a hidden file that nobody has given. */
  @ParameterizedTest
  @ValueSource(strings = {"prune --data @/data method=snip --npz", "prune --data @/data --out"})
  void aPlaceForAFileIsTriedFirst(String command) {
    String density = " density=0.5 model.name=resnet20";
    ssc(command + " @/file/x" + density).isBadInput("Cannot write " + folder + "/file/x");
    assumeTrue(Files.isDirectory(NOWHERE));
    ssc(command + " /proc/x" + density).isBadInput("Cannot write /proc/x", "choose another");
  }

  @Test
  void aPlaceThatIsAFileIsNamed() {
    ssc("train --data @/none --out @/file").isBadInput("--out: file:" + folder + "/file is a file");
    ssc("shard --format image-folder --in @/raw --out @/file").isBadInput("file exists already");
  }
}
