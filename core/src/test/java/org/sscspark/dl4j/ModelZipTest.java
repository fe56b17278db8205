package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

class ModelZipTest {
  private final RandomNetworks random = new RandomNetworks(43);
  private final NetworkSpec network = random.network(Kind.RESIDUAL);
  private final float[] parameters = random.parameters(network);
  private final int trainable = ParameterLayout.of(network).trainableCount();

  @BeforeAll
  static void useTheReferenceEngine() {
    TrunkEngine.use(new Nd4jEngine(1));
  }

  @Test
  void dl4jRestoresParametersUpdaterAndOutputs() throws IOException {
    float[] state = random.gaussians(2 * trainable);
    byte[] zip = zip(new Adam(0.01), state);

    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip), true);

    assertThat(restored.params().toFloatVector()).isEqualTo(parameters);
    assertThat(restored.getUpdater().getStateViewArray().toFloatVector()).isEqualTo(state);
    DataSet batch = Batches.random(network, 4, random).dataSet();
    ComputationGraph same =
        new ComputationGraph(SparseGraph.configuration(network, new Adam(0.01), 0, 0));
    same.init(restored.params().dup(), false);
    assertThat(restored.outputSingle(batch.getFeatures()))
        .isEqualTo(same.outputSingle(batch.getFeatures()));
    restored.fit(batch);
  }

  @Test
  void goesOnAfterDl4jTrained() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(SparseGraph.configuration(network, new Nesterovs(0.1, 0.9), 0, 1));
    graph.init();
    graph.fit(Batches.random(network, 4, random).dataSet());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(graph, bytes, true);

    ModelZip model = ModelZip.read(new ByteArrayInputStream(bytes.toByteArray()));

    assertThat(model.network()).isEqualTo(network);
    assertThat(model.parameters()).isEqualTo(graph.params().toFloatVector());
    assertThat(model.updater()).isEqualTo(new Nesterovs(0.1, 0.9));
    INDArray state = graph.getUpdater().getStateViewArray();
    assertThat(model.updaterState()).hasSize(trainable).isEqualTo(state.toFloatVector());
  }

  @Test
  void readsWhatItWroteAndWritesTheSameBytes() throws IOException {
    byte[] zip = zip(new Sgd(0.5), new float[0]);

    ModelZip model = ModelZip.read(new ByteArrayInputStream(zip));

    assertThat(model.network()).isEqualTo(network);
    assertThat(model.parameters()).isEqualTo(parameters);
    assertThat(model.updater()).isEqualTo(new Sgd(0.5));
    assertThat(model.updaterState()).isEmpty();
    assertThat(zip(new Sgd(0.5), new float[0])).isEqualTo(zip);
  }

  @Test
  void saysWhatIsDamaged() throws IOException {
    byte[] zip = zip(new Sgd(0.5), new float[0]);
    assertDamaged(Arrays.copyOf(zip, zip.length / 2), "The model zip is damaged: ");
    assertDamaged(new byte[0], "The model zip is damaged: it lacks configuration.json");
    byte[] flipped = zip.clone();
    flipped[zip.length / 2] ^= 1;
    assertDamaged(flipped, "The model zip is damaged: ");
    assertDamaged(
        archive("configuration.json", "{"), "The model zip is damaged: its configuration");
    assertDamaged(archive("configuration.json", "{}"), "The model zip holds no sparse trunk: ");
    assertDamaged(archive("other", "x"), "The model zip is damaged: it lacks configuration.json");
  }

  @Test
  void refusesParametersOfAnotherNetwork() {
    assertThatThrownBy(
            () ->
                ModelZip.write(
                    new ByteArrayOutputStream(),
                    network,
                    new float[parameters.length - 1],
                    new Sgd(0.5),
                    new float[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network has %d parameters, was given %d",
            parameters.length, parameters.length - 1);
  }

  private static void assertDamaged(byte[] bytes, String message) {
    assertThatThrownBy(() -> ModelZip.read(new ByteArrayInputStream(bytes)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(message);
  }

  private static byte[] archive(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private byte[] zip(IUpdater updater, float[] state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelZip.write(bytes, network, parameters, updater, state);
    return bytes.toByteArray();
  }
}
