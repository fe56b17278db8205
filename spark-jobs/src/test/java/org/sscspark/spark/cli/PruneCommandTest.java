package org.sscspark.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.spark.train.TinyData;
import org.sscspark.storage.Lease;

class PruneCommandTest {
  @TempDir private Path folder;

  private static Ended prune(Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("prune", "--master", "local[2]", "--model", "convnet"));
    arguments.addAll(Arrays.asList(more));
    return Ended.ssc(arguments.toArray());
  }

  /** Kind: a setting that is accepted and does nothing; more in UnusedSettingsTest. */
  @Test
  void tellsWhatItDoesNotUse() {
    Ended ended = prune("--dry-run", "--method", "dense", "train.epochs=3", "density=0.3");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains("Settings that ssc prune does not use: train.epochs\n")
        .contains("Settings without effect: density (method = dense)\n");
    assertThat(prune("--dry-run", "train.augmentation.flip=none").err())
        .contains("Settings without effect: train.augmentation.flip (method = ssc)\n");
  }

  /** Kind: a setting without effect that is told when the work it was meant for is done. */
  @Test
  void tellsBeforeItScores() throws IOException {
    Path data = folder.resolve("data");
    TinyData.write(data, 60);
    Path out = folder.resolve("out");
    Ended ended =
        prune(
            "--method=snip",
            "--data",
            data,
            "--out",
            out,
            "pruning.chunk=20",
            "pruning.batches=2",
            "ssc.offsets=false");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err())
        .containsSubsequence("Settings without effect: ssc.offsets (method = snip)", "Report: ");
  }

  @Test
  void writesWhatIsLeftAndWhatItTakesToScoreAgain() throws IOException {
    Path data = folder.resolve("data");
    TinyData.write(data, 60);
    Path out = folder.resolve("out");
    Path npz = folder.resolve("scores.npz");
    JsonNode json =
        prune(
                "--method",
                "snip",
                "--density",
                "0.2",
                "--data",
                data,
                "--out",
                out,
                "--npz",
                npz,
                "--json",
                "pruning.chunk=20",
                "pruning.batches=2")
            .json();

    assertThat(json.path("method").asText()).isEqualTo("snip");
    NetworkSpec network = NetworkJson.read(Files.readString(out.resolve("network.json")));
    int kept = ParameterLayout.of(network).weightCount();
    int sum = 0;
    for (JsonNode layer : json.path("layers")) {
      sum += layer.path("kept").asInt();
    }
    assertThat(sum).isEqualTo(kept);
    assertThat(json.path("scoring").path("data").asText())
        .startsWith(
            "40 examples in chunks of 20, batch norm on initial statistics, temperature 1.0,"
                + " single precision, computed by ");
    assertThat(json.path("seed").asLong()).isEqualTo(1);
    assertThat(json.path("trainingSet").asText()).startsWith("tiny, 60 images of 3 classes");
    assertThat(out.resolve("report.html")).content().contains("Density by layer", "<svg");
    assertThat(out.resolve("pruning.json")).content().contains("\"collapsedLayers\"");
    assertThat(entries(npz))
        .contains("network.json", "scoring.json", "images.npy", "labels.npy")
        .contains("stem.conv.weight.npy", "stem.conv.score.npy", "stem.conv.mask.npy");
    assertThat(Ended.ssc("inspect", out, "--json").json()).isEqualTo(json);
    assertThat(Ended.ssc("inspect", out).out()).contains("stem.conv", "dead filters");
  }

  private static List<String> entries(Path zip) throws IOException {
    List<String> names = new ArrayList<>();
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream in = new ZipInputStream(file)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  @Test
  void printsATableWithoutData() {
    Ended ended = prune("--method", "random-erk", "--density", "0.3");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("dead filters").contains("convnet by random-erk: 29.99 %");
    assertThat(ended.out())
        .containsPattern(
            "\\d+ of 90 filters on a path from the image to the logits; 10\\^[5-7]\\.\\d such paths");
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() throws IOException {
    prune("--method", "snip", "--density", "0.2")
        .isBadInput("Method snip scores training images: give --data");
    prune("--method", "group", "--density", "0.2", "--npz", folder.resolve("a.npz"))
        .isBadInput("--npz writes scores, but method group has none");
    prune("--method", "fine-tune")
        .isBadInput("Method fine-tune scores trained weights, and prune has none");
    prune("--method", "hetconv", "--density", "0.05").isBadInput("cannot be met by HetConv");
    prune("--method", "hetconv", "--density", "0.05", "--dry-run").isBadInput("cannot be met by");
    prune("--method", "snipp").isBadInput("method", "one of dense, ssc");
    prune("engine=foo", "--dry-run").isBadInput("No engine is named foo; the engines are ");
    Path data = folder.resolve("few");
    TinyData.write(data, 60);
    for (String dry : List.of("--dry-run", "--json")) {
      prune("--method", "snip", "--data", data, "pruning.examples-per-class=100", dry)
          .isBadInput("Cannot draw 100 examples of class", "take a smaller pruning.examples-per");
    }
    prune("--method", "ssc", "ssc.out-block=1000000", "--dry-run")
        .isBadInput("ssc.out-block = 1000000: layer ", "; take ssc.out-block = ");
    prune("ssc.dense-layers.0=first", "--dry-run")
        .isBadInput("(argument ssc.dense-layers.0=first) must be a list");
    prune("--method", "random-erk", "--out", "http://host/out")
        .isBadInput("Cannot write http://host/out", "this machine only");
    assertThat(folder.resolve("a.npz")).doesNotExist();
  }

  @Test
  void aDryRunWritesNothing() {
    Path out = folder.resolve("dry");
    Ended ended = prune("--method", "synflow", "--dry-run", "--out", out);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(out).doesNotExist();
    assertThat(ended.out()).contains("schedule: 100 steps, exponential", "budget: global");
  }

  /** Kind: of an option and the argument that is the same setting, one is lost without a word. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          --method,  snip,    method=random-erk,       --method snip and method=random-erk
          --density, 0.3,     density=0.2,             --density 0.3 and density=0.2
          --model,   convnet, model.name=resnet20,     --model convnet and model.name=resnet20
          --model,   convnet, model=resnet20,          --model convnet and model.name=resnet20
          --model,   convnet, 'model={name=resnet20}', --model convnet and model.name=resnet20
          """)
  void anOptionAndAnArgumentThatContradictEachOtherAreRefused(
      String option, String value, String argument, String words) {
    Ended.ssc("prune", "--dry-run", option, value, argument)
        .isBadInput(words + " contradict each other; give one of them");
  }

  @Test
  void anOptionAndAnArgumentThatSayTheSameAreOne() throws IOException {
    Path file = Files.writeString(folder.resolve("x.conf"), "method = snip, density = 0.9");
    Ended ended =
        prune(
            "--method=random-erk",
            "--density=0.30",
            "method=random-erk",
            "density=0.3",
            "model.name=convnet",
            "--config",
            file);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("convnet by random-erk: 29.99 %");
  }

  /** Kind: what somebody else keeps in a folder is replaced. */
  @Test
  void writesIntoItsOwnFolderOnly() throws IOException {
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.writeString(foreign.resolve("report.html"), "mine");
    for (String dry : new String[] {"--dry-run", "--json"}) {
      prune("--method", "random-erk", "--density", "0.3", "--out", foreign, dry)
          .isBadInput("foreign is not empty and holds no pruned network, but report.html");
    }
    assertThat(foreign.resolve("report.html")).hasContent("mine");
    assertThat(foreign.resolve("network.json")).doesNotExist();

    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("run.json"), "{}");
    Files.writeString(run.resolve("pruning.json"), "{}");
    prune("--method", "random-erk", "--density", "0.3", "--out", run)
        .isBadInput("run is not empty and holds no pruned network, but pruning.json");
    assertThat(run.resolve("network.json")).doesNotExist();

    Path out = Files.createDirectory(folder.resolve("out"));
    Path npz = out.resolve("scores.npz");
    for (String density : new String[] {"0.3", "0.5"}) {
      prune(
              "--method",
              "synflow",
              "pruning.steps=1",
              "--density",
              density,
              "--out",
              out,
              "--npz",
              npz,
              "--json")
          .json();
    }
    assertThat(Ended.ssc("inspect", out, "--json").json().path("density").asDouble())
        .isBetween(0.49, 0.5);
  }

  /**
   * Kind: a process that was killed between two files leaves a mixture that is taken for a network,
   * or a folder that its own command refuses. See the other test for what it does to the folders of
   * others.
   */
  @Test
  void whatAKilledProcessLeavesIsNoNetworkAndIsWrittenAnew() throws IOException {
    Path out = folder.resolve("out");
    Object[] command = {"--method", "random-erk", "--density", "0.3", "--out", out};
    // Where the report should go is a folder: the command ends before its last file.
    Files.createDirectories(out.resolve("report.html"));
    Files.writeString(out.resolve("network.json"), "of an earlier network");
    Files.writeString(out.resolve("pruning.json"), "{\"density\": 0.7}");
    prune(command).isBadInput("Cannot write", "report.html: it is a folder");
    assertThat(out.resolve("pruning.json")).content().contains("0.7");
    Files.delete(out.resolve("report.html"));
    assertThat(prune(command).exitCode()).isZero();

    String network = Files.readString(out.resolve("network.json"));
    String unfinished = "{\"unfinished\": true}\n";
    for (boolean first : new boolean[] {true, false}) {
      Files.writeString(out.resolve("pruning.json"), unfinished);
      Files.delete(out.resolve("report.html"));
      if (first) {
        Files.delete(out.resolve("network.json"));
      }
      Ended.ssc("inspect", out)
          .isBadInput("out was not written to the end; write it anew with prune --out");
      assertThat(prune(command).exitCode()).isZero();
      assertThat(out.resolve("network.json")).hasContent(network.strip());
      assertThat(Ended.ssc("inspect", out).exitCode()).isZero();
    }
  }

  /** Kind: two processes that write files of one thing, of which a mixture stays. */
  @Test
  void twoDoNotWriteOneFolderAtOnce() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    FileSystem fileSystem = FileSystem.getLocal(new Configuration());
    try (Lease lease = Lease.take(fileSystem, new org.apache.hadoop.fs.Path(out.toString()))) {
      prune("--method", "random-erk", "--density", "0.3", "--out", out)
          .isBadInput(out + " is in use by ");
      lease.requireHeld();
      assertThat(out.resolve("network.json")).doesNotExist();
    }
  }

  /** Kind: two outputs of one name, of which the first is lost; an output in place of an input. */
  @Test
  void outputsHaveFilesOfTheirOwn() throws IOException {
    Path out = folder.resolve("out");
    prune("--method=synflow", "--density=0.2", "--out", out, "--npz", out + "/../out/pruning.json")
        .isBadInput("--out and --npz would both write " + out.resolve("pruning.json"));
    Path data = folder.resolve("data");
    TinyData.write(data, 60);
    prune("--method=snip", "--density=0.2", "--data", data, "--npz", data.resolve("manifest.json"))
        .isBadInput("--npz", "lies in the data set " + data, "choose a place outside of it");
    prune("--method=snip", "--density=0.2", "--data", data, "--out", data.resolve("more"))
        .isBadInput("--out", "lies in the data set " + data);
    prune("--method=synflow", "--density=0.2", "--out", "hdfs://host/out")
        .isBadInput("Cannot write hdfs://host/out", "this machine only", "give a path");
    assertThat(out).doesNotExist();
    assertThat(data.resolve("more")).doesNotExist();
  }
}
