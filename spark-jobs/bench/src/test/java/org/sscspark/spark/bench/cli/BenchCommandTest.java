package org.sscspark.spark.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.spark.bench.FirstLosses;
import org.sscspark.spark.cli.Ended;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;

/** With settings so small that the numbers say nothing. */
class BenchCommandTest {
  @Test
  void measuresKernelsBesideThePeak() throws Exception {
    JsonNode result =
        Ended.ssc("bench", "kernels", "--shapes", "16@3", "--batch", 1, "--seconds", 0, "--json")
            .json();

    assertThat(result.get("peakGigaflops").asDouble()).isPositive();
    assertThat(result.get("oneDnn").asText()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(result.get("totals")).hasSize(11);
    assertThat(result.get("rows")).hasSize(10 * 3 + 2);
    for (JsonNode row : result.get("rows")) {
      assertThat(row.get("shape").asText()).isEqualTo("16@3");
      assertThat(row.get("density").asDouble()).isBetween(0.05, 1.0);
      assertThat(row.get("bestMillis").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(row.get("medianMillis").asDouble());
      assertThat(row.get("ofPeak").asDouble()).isPositive();
    }
    for (JsonNode total : result.get("totals")) {
      double speedUp = total.get("speedUp").asDouble();
      boolean reference = total.get("kernel").asText().equals("oneDNN dense, own layout");
      assertThat(speedUp == 1).isEqualTo(reference);
    }
  }

  @Test
  void printsKernelsAsTables() {
    Ended ended = Ended.ssc("bench", "kernels", "--shapes", "16@3", "--batch", 1, "--seconds", 0);

    assertThat(ended.out())
        .contains("oneDNN depthwise + pointwise", "Geometric means", "SSC g=4 n=2", "15.28%");
  }

  @Test
  void measuresExportedModels() throws Exception {
    JsonNode result =
        Ended.ssc("bench", "onnx", "--densities", 0.2, "--batch", 2, "--seconds", 0, "--json")
            .json();

    assertThat(result.get("rows")).hasSize(2 * 5);
    for (JsonNode row : result.get("rows")) {
      assertThat(row.get("fileBytes").asLong()).isPositive();
      assertThat(row.get("bestMillis").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(row.get("medianMillis").asDouble());
    }
  }

  @Test
  void comparesAnswersOfACheckpoint(@TempDir Path folder) throws Exception {
    URI data = TinyData.write(folder.resolve("data"), 31);
    Path run = folder.resolve("run");
    List<Object> train = new ArrayList<>(List.of("train", "--master", "local[2]", "--data", data));
    train.addAll(List.of("--out", run));
    train.addAll(Experiments.TINY);
    assertThat(Ended.ssc(train.toArray()).exitCode()).isZero();

    JsonNode answers =
        Ended.ssc("bench", "onnx", "--checkpoint", run, "--data", data, "--json").json();
    assertThat(answers.get("images").asLong()).isEqualTo(31);
    assertThat(answers.get("differing").asLong()).isZero();
    assertThat(answers.get("onnxRuntime")).isEqualTo(answers.get("ours"));
  }

  private static Ended train(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("bench", "train", "--model", "convnet"));
    arguments.addAll(List.of("--width", 0.5, "--densities", 0.5, "--batch", 2, "--seconds", 0));
    arguments.addAll(List.of(more));
    return Ended.ssc(arguments.toArray());
  }

  @Test
  void measuresStepsOfEveryEngine() throws Exception {
    JsonNode result =
        train("--unstructured", 0.6, "--profile", "erk", "--with-nd4j", "--with-dl4j", "--json")
            .json();

    assertThat(result.get("reference").asText()).isEqualTo("lane dense");
    assertThat(result.get("peers")).isEmpty();
    assertThat(result.get("rows").findValuesAsText("engine"))
        .containsExactly("lane", "lane", "lane", "nd4j", "DL4J's layers");
    assertThat(result.get("rows").findValuesAsText("network"))
        .containsExactly("dense", "SSC", "unstructured", "dense", "dense");
    for (JsonNode row : result.get("rows")) {
      assertThat(row.get("bestMillis").asDouble()).isPositive();
      assertThat(row.get("speedUp").asDouble()).isPositive();
      assertThat(row.get("samples").asInt()).isGreaterThanOrEqualTo(3);
    }
    assertThat(result.get("rows").get(1).get("density").asDouble()).isBetween(0.45, 0.5);
    assertThat(result.get("rows").get(2).get("density").asDouble()).isBetween(0.59, 0.6);
  }

  /** Kind: subjects of one name, of which the later replaces the earlier without a word. */
  @Test
  void densitiesThatComeToOneNetworkAreRefused() {
    List<Ended> all =
        List.of(
            train("--densities", "0.25", "--densities", "0.250001"),
            train("--unstructured", "0.5,0.50000001"),
            Ended.ssc("bench", "onnx", "--densities", "0.2,0.2", "--seconds", 0));
    for (Ended ended : all) {
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err()).contains(" come to one network of ", " weights; give one of them");
    }
    assertThat(all.get(1).err()).contains("Densities 0.5 and 0.50000001 of unstructured");
  }

  @Test
  void looksIntoASingleStep(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    Ended.ssc("shard", "--format", "synthetic", "--examples", 40, "--out", data, "--json").json();
    JsonNode inside = train("--operators", "--data", data, "--json").json().get("inside");

    assertThat(inside.findValuesAsText("network")).containsExactly("dense", "SSC");
    for (JsonNode profile : inside) {
      double shares = 0;
      for (JsonNode part : profile.get("parts")) {
        shares += part.get("share").asDouble();
        if (part.get("kind").asText().equals("Loss")) {
          assertThat(part.get("bytes").asLong()).isZero();
        } else {
          assertThat(part.get("bytes").asLong()).as("%s", part).isPositive();
        }
      }
      assertThat(shares).isCloseTo(1, within(1e-9));
      assertThat(profile.get("parts").findValuesAsText("kind"))
          .contains("Convolution", "BatchNorm", "FullyConnected", "Loss", "Update");
      assertThat(profile.get("bandwidth").asDouble()).isPositive();
      assertThat(profile.get("replicaBytes").asLong()).isPositive();
      assertThat(profile.get("allocatedBytes").asDouble()).isNotNegative();
      assertThat(profile.get("input").get("prepareMillis").asDouble()).isPositive();
    }
  }

  /**
   * Speaks the script's language: a second for NCHW, half of it for the other, less in bfloat16.
   */
  private static Path fakePython(Path folder) throws IOException {
    Path python = folder.resolve("python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        read job
        case $job in *'"batch":2,"threads":1,"network":{'*) ;; *) echo "odd job: $job" >&2; exit 3 ;; esac
        echo '{"version": "9.9", "float32": ["NCHW", "channels_last"], "bfloat16": ["half"], "stepBytes": 1048576,\
         "losses": {"NCHW": LOSSES, "channels_last": LOSSES, "half": LOSSES}}'
        while read format; do
          case $format in NCHW) echo 1000 ;; channels_last) echo 500.0 ;; half) echo 50 ;; *) exit 4 ;; esac
        done
        """
            .replace("LOSSES", FirstLosses.of("convnet", 0.5, 2)));
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    return python;
  }

  @Test
  void comparesWithTheFasterFormatOfPyTorch(@TempDir Path folder) throws Exception {
    JsonNode result = train("--with-pytorch", "--python", fakePython(folder), "--json").json();

    assertThat(result.get("reference").asText()).isEqualTo("PyTorch channels_last dense");
    JsonNode peer = result.get("peers").get(0);
    assertThat(peer.get("name").asText()).isEqualTo("PyTorch");
    assertThat(peer.get("version").asText()).isEqualTo("9.9");
    assertThat(peer.get("stepBytes").asLong()).isEqualTo(1 << 20);
    assertThat(peer.get("lossDifference").asDouble()).isLessThan(1e-5);
    assertThat(peer.get("missing").isNull()).isTrue();
    JsonNode slower = result.get("rows").get(2);
    assertThat(slower.get("engine").asText()).isEqualTo("PyTorch NCHW");
    assertThat(slower.get("medianMillis").asDouble()).isEqualTo(1000);
    assertThat(slower.get("speedUp").asDouble()).isEqualTo(0.5);
    JsonNode half = result.get("rows").get(4);
    assertThat(half.get("engine").asText()).isEqualTo("PyTorch half");
    assertThat(half.get("speedUp").asDouble()).as("against single precision").isEqualTo(10);
    JsonNode lane = result.get("rows").get(0);
    assertThat(lane.get("speedUp").asDouble())
        .isCloseTo(500 / lane.get("medianMillis").asDouble(), within(1e-9));
  }

  @Test
  void saysHowToGetPyTorchWhereItIsMissing(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    Files.writeString(python, "#!/bin/sh\necho 'it has no PyTorch' >&2; exit 1\n");
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));

    assertThat(train("--with-pytorch", "--python", python).out())
        .contains("PyTorch is left out", "it has no PyTorch", "python3-torch", "--python")
        .contains("speed-ups are of medians against lane dense");
    JsonNode none = train("--with-pytorch", "--python", folder.resolve("none"), "--json").json();
    JsonNode peer = none.get("peers").get(0);
    assertThat(peer.get("missing").asText()).contains("PyTorch is left out", "none");
    assertThat(peer.get("version").isNull()).isTrue();
    assertThat(none.get("rows")).hasSize(2);
  }

  @Test
  void saysHowToGetLibtorchWhereItIsMissing(@TempDir Path folder) {
    assertThat(train("--with-libtorch", "--libtorch", folder).out())
        .contains("libtorch is left out", folder.toString(), "mvn -Plibtorch")
        .contains("speed-ups are of medians against lane dense");
  }

  @Test
  void namesWhatCannotBe() {
    train("--profile", "flat").isBadInput("flat", "uniform or erk");
    train("--operators", "--data", "/no/such/folder").isBadInput("/no/such/folder");
  }

  @Test
  void namesImagesOfAnotherSize(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    Ended.ssc(
            "shard",
            "--format",
            "synthetic",
            "--examples",
            20,
            "--size",
            16,
            "--out",
            data,
            "--json")
        .json();
    train("--operators", "--data", data).isBadInput("bench train needs");
  }

  @Test
  void namesAShapeThatDoesNotFit() {
    Ended.ssc("bench", "kernels", "--shapes", "24@8").isBadInput("24@8", "64@32");
    Ended.ssc("bench", "kernels", "--shapes", "big").isBadInput("big", "64@32");
  }
}
