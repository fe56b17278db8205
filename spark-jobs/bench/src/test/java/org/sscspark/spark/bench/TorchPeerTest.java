package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;

/**
 * Other frameworks train the lane engine's network, from its parameters, on its images, by its
 * rule: the losses of two steps say so, and a peer that has others does not start.
 */
class TorchPeerTest {
  private static PeerJob job(String model) {
    return PeerJob.of(ModelZoo.named(model, new FeatureShape(3, 32, 32), 10, 0.25), 8, 1);
  }

  /** Where they are: they are not fetched for a test. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "vgg11", "mobilenetv2"})
  void libtorchTrainsTheSameNetwork(String model) throws Exception {
    trains(() -> Libtorch.start(Path.of("../bench-libtorch/target"), job(model)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "mobilenetv2"})
  void pyTorchTrainsTheSameNetwork(String model) throws Exception {
    trains(() -> PyTorch.start(PyTorch.INTERPRETERS, job(model)));
  }

  private interface Starter {
    TorchPeer start() throws TorchPeer.MissingException;
  }

  private static void trains(Starter starter) {
    try (TorchPeer peer = starter.start()) {
      assertThat(peer.singles()).containsExactly("NCHW", "channels_last");
      assertThat(peer.lossDifference()).isLessThan(1e-5);
      assertThat(peer.stepBytes()).isPositive();
      for (String variant : peer.singles()) {
        assertThat(peer.step(variant)).isPositive();
      }
      for (String variant : peer.halves()) {
        assertThat(peer.step(variant)).isPositive();
      }
    } catch (TorchPeer.MissingException missing) {
      assertThat(missing).hasMessageNotContaining("another network");
      abort(missing.getMessage());
    }
  }

  private static ProcessBuilder saying(String losses) {
    return new ProcessBuilder(
        "sh",
        "-c",
        """
        read job
        echo '{"version": "1", "float32": ["NCHW"], "bfloat16": ["half"], "stepBytes": 1, "losses": %s}'
        read line
        """
            .formatted(losses));
  }

  @Test
  void leavesOutWhatTrainsAnotherNetwork() throws Exception {
    PeerJob job = job("convnet");
    double first = job.losses().get(0);
    double second = job.losses().get(1);
    String right = "{\"NCHW\": [%s, %s], \"half\": [%s, %s]}";

    TorchPeer.start("torch", saying(right.formatted(first, second, first, second)), job).close();
    for (String wrong :
        List.of(
            right.formatted(first * 1.001, second, first, second),
            right.formatted(first, second * 1.02, first, second),
            right.formatted(first, second, first * 1.1, second),
            right.formatted(first, "NaN", first, second).replace("NaN", "\"NaN\""),
            "{\"NCHW\": [%s], \"half\": [%s, %s]}".formatted(first, first, second),
            "{\"NCHW\": [%s, %s]}".formatted(first, second))) {
      assertThatThrownBy(() -> TorchPeer.start("torch", saying(wrong), job))
          .as(wrong)
          .isInstanceOf(TorchPeer.MissingException.class)
          .hasMessageContaining("torch is left out")
          .hasMessageContaining("another network");
    }
  }

  /** Kind: two processes that wait for each other for ever. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo Welcome; while read line; do :; done            | its first line is no greeting: Unrecognized token 'Welcome'
          echo; while read line; do :; done                    | its first line is no greeting: No content
          echo why >&2; exit 1                                 | why
          exit 1                                               | it ended without a word
          head -c 200000 /dev/zero >&2; echo >&2; echo end >&2 | end
          """)
  void doesNotWaitForWhatDoesNotGreet(String script, String message) {
    PeerJob job = job("convnet");
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThatThrownBy(
                    () -> TorchPeer.start("torch", new ProcessBuilder("sh", "-c", script), job))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("sh: " + message));
  }

  @Test
  void saysHowToGetLibtorch(@TempDir Path folder) throws IOException {
    PeerJob job = job("convnet");
    assertThatThrownBy(() -> Libtorch.start(folder, job))
        .isInstanceOf(TorchPeer.MissingException.class)
        .hasMessageContaining(folder.resolve("libraries").toString())
        .hasMessageContaining("mvn -Plibtorch -pl spark-jobs/bench-libtorch package");

    Files.createDirectories(folder.resolve("libraries"));
    Files.createFile(folder.resolve("libraries/pytorch-2.0-1.5-linux-x86_64.jar"));
    assertThatThrownBy(() -> Libtorch.start(folder, job))
        .hasMessageContaining("ClassNotFoundException")
        .hasMessageContaining("mvn -Plibtorch");
  }
}
