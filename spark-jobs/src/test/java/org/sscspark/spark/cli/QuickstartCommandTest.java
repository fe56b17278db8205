package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.quickstart.QuickstartFolder;
import org.sscspark.spark.quickstart.QuickstartJob;
import org.sscspark.storage.Lease;

class QuickstartCommandTest {
  @TempDir private Path folder;

  private static Ended quickstart(Object out, Object... more) {
    Object[] arguments = new Object[more.length + 9];
    Object[] first = {
      "quickstart",
      "--master",
      "local[2]",
      "--out",
      out,
      "model.name=convnet",
      "train.epochs=1",
      "train.augmentation.crop-padding=0",
      "--json"
    };
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return Ended.ssc(arguments);
  }

  @Test
  void allNetworksLearnAndASecondStartDoesTheSameAgain() throws IOException {
    Path out = folder.resolve("quickstart");
    JsonNode first = quickstart(out).json();
    JsonNode cells = first.path("comparison").path("cells");
    assertThat(cells).hasSize(5);
    for (JsonNode cell : cells) {
      assertThat(cell.path("done").asInt()).isEqualTo(1);
      assertThat(cell.path("lastAccuracy").path("mean").asDouble()).isGreaterThan(0.3);
    }
    JsonNode dense = cells.get(0);
    JsonNode ssc = cells.get(1);
    assertThat(ssc.path("method").asText()).isEqualTo("ssc");
    assertThat(ssc.path("density").path("mean").asDouble()).isBetween(0.14, 0.15);
    assertThat(dense.path("density").path("mean").asDouble()).isEqualTo(1);
    for (String cost : new String[] {"macs", "checkpointBytes"}) {
      assertThat(ssc.path(cost).path("mean").asDouble())
          .isLessThan(dense.path(cost).path("mean").asDouble());
    }
    assertThat(Path.of(URI.create(first.path("report").asText())))
        .isEqualTo(out.resolve("comparison/comparison.html"))
        .content()
        .contains("Comparison: convnet on gratings", "random-erk", "Learning curves");

    whatIsNotAQuickStartsIsKept(out);
    whatAProcessWorksInIsKept(out);

    // As left by one that was killed while it emptied the folder, and while it wrote the test set.
    Files.delete(out.resolve("comparison/plan.json"));
    Files.delete(out.resolve("data/test/dataset.json"));
    Files.createDirectory(out.resolve("data/.test.draft-1"));
    Files.writeString(out.resolve("data/.test.draft-1/part"), "half");
    JsonNode second = quickstart(out).json();
    assertThat(out.resolve("data")).isDirectoryNotContaining("glob:**.draft-*");
    assertThat(second.path("comparison").path("trials"))
        .isEqualTo(first.path("comparison").path("trials"));
  }

  /** Kind: what a command deletes that it did not make. */
  private static void whatIsNotAQuickStartsIsKept(Path out) throws IOException {
    for (String name :
        new String[] {"comparison/notes.md", "data/train/shards/notes.txt", "data/photos.txt"}) {
      Path own = out.resolve(name);
      Files.writeString(own, "do not touch");
      quickstart(out).isBadInput("holds " + name + ", which no quick start made");
      assertThat(own).hasContent("do not touch");
      Files.delete(own);
    }
    Path manifest = out.resolve("data/train/dataset.json");
    String generated = Files.readString(manifest);
    for (String other :
        new String[] {
          generated.replace("2000 gratings of 10", "2000 gratings of 12"),
          generated.replace("\"gratings\"", "\"mine\"")
        }) {
      assertThat(other).isNotEqualTo(generated);
      Files.writeString(manifest, other);
      quickstart(out).isBadInput("which no quick start made");
    }
    Files.writeString(manifest, generated);
    assertThat(out.resolve("comparison/comparison.html")).exists();
  }

  /** Kind: what a command deletes while another process writes it. */
  private static void whatAProcessWorksInIsKept(Path out) throws IOException {
    FileSystem fileSystem = FileSystem.getLocal(new Configuration());
    for (Path used : new Path[] {out, out.resolve("comparison")}) {
      try (Lease lease =
          Lease.take(fileSystem, new org.apache.hadoop.fs.Path(used.toUri().getPath()))) {
        quickstart(out).isBadInput(used + " is in use by ");
        lease.requireHeld();
      }
    }
    assertThat(out.resolve("comparison/comparison.html")).exists();
  }

  /** Kind: a name that only a crash leaves, taken for somebody's file. */
  @Test
  void aStartThatWasKilledInTheMiddleOfAHeartbeatIsOurs() throws IOException {
    QuickstartFolder own = new QuickstartFolder(folder, QuickstartJob.Images.standard());
    for (String left : new String[] {".lease", ".previous-.lease", ".tmp-1"}) {
      Files.writeString(folder.resolve(left), "{}");
      own.requireOwn();
    }
  }

  @Test
  void aStartThatWasKilledWhileItWroteTheTrainingSetIsFollowedByAnother() throws IOException {
    QuickstartFolder own = new QuickstartFolder(folder, QuickstartJob.Images.standard());
    Path draft = Files.createDirectories(folder.resolve("data/.train.draft-1/shards"));
    Path half = Files.writeString(draft.resolve("half"), "may be anybody's");
    Files.createDirectory(folder.resolve("data/test"));
    own.begin(new Configuration()).close();
    assertThat(half).exists();
    assertThat(folder.resolve("data/test")).doesNotExist();
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("exp/comparison"));
    Files.writeString(mine.resolve("plan.json"), "{}");
    quickstart(mine.getParent()).isBadInput("holds comparison/plan.json, which no quick start");
    assertThat(mine.resolve("plan.json")).hasContent("{}");
    Files.delete(mine.resolve("plan.json"));
    Files.delete(mine);
    Files.delete(mine.getParent());

    Path thesis = Files.writeString(folder.resolve("thesis.tex"), "do not touch");
    quickstart(folder).isBadInput("holds thesis.tex, which no quick start made");
    assertThat(thesis).hasContent("do not touch");
    quickstart(thesis).isBadInput("thesis.tex is a file");
    // Named as all locations are, not a folder "file:" or "hdfs:" here.
    quickstart("file:" + thesis).isBadInput(thesis + " is a file");
    quickstart("hdfs://host/q").isBadInput("Cannot write hdfs://host/q", "this machine only");
  }

  @Test
  void aDryRunDoesNothing() throws IOException {
    Path out = folder.resolve("quickstart");
    JsonNode plan = quickstart(out, "--dry-run").json();
    assertThat(plan.path("methods")).hasSize(5);
    assertThat(out).doesNotExist();
    quickstart(out, "density=2").isBadInput("density = 2.0 must be above 0");
  }
}
