package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.storage.TimeZones;

class ModelZipTest {
  private static final double L2 = 0.01;
  private static final double RATE = 0.05;
  private static final int ITERATIONS = 7;

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

  private static List<Arguments> updaters() {
    return List.of(
        Arguments.of(new Sgd(RATE), new org.sscspark.optimizer.Sgd(L2, 0)),
        Arguments.of(new Nesterovs(RATE, 0.9), new Nesterov(0.9, L2, 0)),
        Arguments.of(
            new Adam(RATE, 0.9, 0.999, 1e-8),
            new org.sscspark.optimizer.Adam(0.9, 0.999, 1e-8, L2, 0)));
  }

  /** Kind: a state that is handed on without what it is used with. */
  @ParameterizedTest
  @MethodSource("updaters")
  void dl4jsNextStepIsTheOptimizers(IUpdater updater, Optimizer optimizer) throws IOException {
    ParameterLayout layout = ParameterLayout.of(network);
    float[] state = random.gaussians(optimizer.stateSize(layout));
    for (int i = trainable; i < state.length; i++) {
      // A mean of squares, as after few steps.
      state[i] = 1e-3f * state[i] * state[i];
    }
    Batches batch = Batches.random(network, 4, random);
    byte[] zip = zip(updater, state);
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip), true);
    restored.fit(batch.dataSet());

    try (Replica replica = new Nd4jEngine(1).replica(network, 4)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      float[] logits = new float[4 * network.classes()];
      float[] input = Replicas.input(replica, batch.images(), 4);
      replica.forward(input, 4, BatchNormMode.BATCH_AND_UPDATE, logits);
      SoftmaxCrossEntropy.lossAndGradient(logits, batch.labels(), 4, network.classes(), 0, logits);
      replica.backward(logits);
      optimizer.step(
          replica.parameters(), replica.gradients(), state, layout, RATE, /* stepsBefore= */ 7);
      float[] stepped = restored.params().toFloatVector();
      for (int i = 0; i < stepped.length; i++) {
        assertThat(stepped[i])
            .as("parameter %d", i)
            .isCloseTo(replica.parameters()[i], within(1e-5f * Math.max(1, Math.abs(stepped[i]))));
      }
    }
    assertThat(restored.getEpochCount()).isEqualTo(3);
    assertThat(restored.getIterationCount()).isEqualTo(ITERATIONS + 1);
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
    assertThat(model.l2()).isEqualTo(L2);
    assertThat(model.iterations()).isEqualTo(ITERATIONS);
    assertThat(model.epochs()).isEqualTo(3);
    assertThat(zip(new Sgd(0.5), new float[0])).isEqualTo(zip);
  }

  /** Kind: bytes that depend on where they are written. */
  @Test
  void writesTheSameBytesInEveryTimeZone() throws Exception {
    Callable<byte[]> written = () -> zip(new Sgd(0.5), new float[0]);
    assertThat(TimeZones.in("Asia/Tokyo", written)).isEqualTo(TimeZones.in("UTC", written));
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
                new ModelZip(
                    network,
                    new float[parameters.length - 1],
                    new Sgd(0.5),
                    new float[0],
                    /* l2= */ 0,
                    /* iterations= */ 0,
                    /* epochs= */ 0))
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
    new ModelZip(network, parameters, updater, state, L2, ITERATIONS, /* epochs= */ 3)
        .writeTo(bytes);
    return bytes.toByteArray();
  }
}
