package org.sscspark.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.Replica;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.engine.lane.StepTimes;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class MemoryTrafficTest {
  private static final int IMAGES = 16;

  /** A residual block by hand, between a layer and a classifier. */
  private static final NetworkSpec BLOCK =
      new NetworkSpec(
          "block",
          new FeatureShape(3, 4, 4),
          List.of(
              new Op.Convolution(
                  "stem", "input", Support.dense(new WeightShape(2, 3, 3, 3)), 1, 1, false),
              new Op.BatchNorm("stem-norm", "stem", 2),
              new Op.Relu("stem-relu", "stem-norm"),
              new Op.Convolution(
                  "conv", "stem-relu", Support.dense(new WeightShape(2, 2, 3, 3)), 1, 1, false),
              new Op.BatchNorm("norm", "conv", 2),
              new Op.Add("add", "norm", "stem-relu"),
              new Op.Relu("relu", "add"),
              new Op.GlobalAveragePool("pool", "relu"),
              new Op.FullyConnected(
                  "classifier", "pool", Support.dense(new WeightShape(5, 2, 1, 1)), true)));

  private static MemoryTraffic.Part part(String kind, String pass, int image, int weights) {
    return new MemoryTraffic.Part(kind, pass, 4L * (IMAGES * image + weights));
  }

  private static List<MemoryTraffic.Part> traffic(NetworkPlan plan, NetworkSpec network) {
    return MemoryTraffic.of(plan, ParameterLayout.of(network), IMAGES);
  }

  @Test
  void countsWhatEachPassReadsAndWrites() {
    int map = 2 * 4 * 4;
    int input = 3 * 6 * 6;
    // With the zeros that a 3x3 window needs.
    int around = 2 * 6 * 6;

    assertThat(traffic(NetworkPlan.of(BLOCK), BLOCK))
        .containsExactly(
            // Input, output, gradients; of the block the output tells where the rectifier was open,
            // and what comes through is written for the skip connection.
            part("BatchNorm", "backward", (2 + 1) * map + (2 + 1 + 2) * map, 0),
            part("BatchNorm", "forward", 2 * map + 3 * map, 0),
            // The convolution of the block adds to what the skip connection brought. That of the
            // network's input has no gradient.
            part("Convolution", "backward-data", around + 2 * map, 2 * 2 * 9),
            part("Convolution", "backward-weights", input + map + around + map, 2 * 3 * 9 + 36),
            part("Convolution", "forward", input + map + around + map, 2 * 3 * 9 + 36),
            part("FullyConnected", "backward-data", 5 + 2, 5 * 2),
            part("FullyConnected", "backward-weights", 5 + 2, 5 * 2),
            part("FullyConnected", "forward", 5 + 2, 5 * 2),
            part("GlobalAveragePool", "backward", map + 2, 0),
            part("GlobalAveragePool", "forward", map + 2, 0));
  }

  /** The block's first layer keeps what it reads for the skip connection, the second does not. */
  @Test
  void countsLayersThatRunBandByBand() {
    Support support = Support.dense(new WeightShape(2, 2, 3, 3));
    NetworkSpec network =
        new NetworkSpec(
            "bands",
            new FeatureShape(3, 5, 5),
            List.of(
                new Op.Convolution(
                    "stem", "input", Support.dense(new WeightShape(2, 3, 3, 3)), 1, 1, false),
                new Op.BatchNorm("stem-norm", "stem", 2),
                new Op.Relu("stem-relu", "stem-norm"),
                new Op.Convolution("conv1", "stem-relu", support, 1, 1, false),
                new Op.BatchNorm("norm1", "conv1", 2),
                new Op.Relu("relu1", "norm1"),
                new Op.Convolution("conv2", "relu1", support, 1, 1, false),
                new Op.BatchNorm("norm2", "conv2", 2),
                new Op.Add("add", "norm2", "stem-relu"),
                new Op.Relu("relu", "add"),
                new Op.GlobalAveragePool("pool", "relu")));
    int map = 2 * 5 * 5;
    int around = 2 * 7 * 7;
    NetworkPlan plan =
        NetworkPlan.inBands(network, ParameterLayout.of(network), FeatureStorage.FLOAT32);

    assertThat(traffic(plan, network))
        .contains(
            // All of the block's last norm; nothing of those between layers.
            part("BatchNorm", "forward", 3 * map, 0),
            part("BatchNorm", "backward", 4 * map, 0),
            // The stem's is written for the skip connection; all write what their norm reads.
            part(
                "Convolution",
                "forward",
                (3 * 7 * 7 + map) + 3 * map + 2 * map,
                2 * 3 * 9 + 36 + 36),
            // Both gradients, both outputs; the first reads its input, and the stem's output for
            // its norm, and adds to the input's gradient. The stem has weights' gradients alone.
            part("Convolution", "backward", (2 + 1 + 1) * map + (2 + 2 + 1) * map + around, 4 * 36),
            part("Convolution", "backward-weights", 3 * 7 * 7 + 2 * map, 2 * 3 * 9));
  }

  @Test
  void countsTheWayForwardAloneForInference() {
    assertThat(traffic(NetworkPlan.forInference(BLOCK), BLOCK))
        .isNotEmpty()
        .containsExactlyElementsOf(
            traffic(NetworkPlan.of(BLOCK), BLOCK).stream()
                .filter(part -> part.pass().equals("forward"))
                .toList());
  }

  @Test
  void countsKeptWeightsOnly() {
    BitSet bits = new BitSet();
    bits.set(11, 31);
    NetworkSpec sparse =
        BLOCK.withSupports(Map.of("stem", new Support.Explicit(new WeightShape(2, 3, 3, 3), bits)));

    assertThat(bytes(BLOCK) - bytes(sparse)).isEqualTo(4L * 2 * (54 - 20));
  }

  private static long bytes(NetworkSpec network) {
    return traffic(NetworkPlan.of(network), network).stream()
        .mapToLong(MemoryTraffic.Part::bytes)
        .sum();
  }

  /** The operators' order of a plan without fusion: a rectifier and an addition of their own. */
  @Test
  void countsOperatorsThatAreNotFused() {
    List<MemoryTraffic.Part> parts = traffic(NetworkPlan.withoutFusion(BLOCK), BLOCK);
    int map = 2 * 4 * 4;

    assertThat(parts)
        .contains(
            part("Relu", "forward", 2 * 2 * map, 0),
            part("Relu", "backward", 2 * 3 * map, 0),
            part("Add", "forward", 3 * map, 0),
            part("Add", "backward", 3 * map, 0),
            part("BatchNorm", "backward", 2 * 3 * map, 0));
  }

  /** Every pass that the lane engine times has its bytes, and the other way round. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "vgg11", "mobilenetv2", "resnet50"})
  void knowsThePassesThatAreRun(String model) {
    NetworkSpec network = ModelZoo.named(model, new FeatureShape(3, 32, 32), 10, 0.25);
    Set<String> run = new HashSet<>();
    StepTimes times = new StepTimes();
    try (Replica replica = new LaneEngine(1).replica(network, 1, times)) {
      float[] logits = new float[replica.network().classes()];
      replica.forward(replica.newInput(), 1, BatchNormMode.BATCH_AND_UPDATE, logits);
      replica.backward(logits);
    }
    times.millis().keySet().forEach(part -> run.add(part.kind() + " " + part.pass()));

    assertThat(traffic(new LaneEngine(1).trainingPlan(network), network))
        .extracting(part -> part.kind() + " " + part.pass())
        .containsExactlyInAnyOrderElementsOf(run);
  }

  /** Of whole passes over floats; what is left are images, zeros around them, and weights. */
  @Test
  void halvedFeaturesMoveAThirdOfTheBytes() {
    NetworkSpec dense = ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 1);
    NetworkSpec network = SscDesign.apply(dense, 0.12, SscSettings.of(DensityProfile.UNIFORM));
    ParameterLayout layout = ParameterLayout.of(network);
    double whole = sum(traffic(NetworkPlan.of(network), network));

    assertThat(sum(traffic(NetworkPlan.inBands(network, layout, FeatureStorage.FLOAT32), network)))
        .isBetween(0.6 * whole, 0.66 * whole);
    assertThat(sum(traffic(NetworkPlan.inBands(network, layout, FeatureStorage.BFLOAT16), network)))
        .isBetween(0.3 * whole, 0.33 * whole);
  }

  private static double sum(List<MemoryTraffic.Part> parts) {
    return parts.stream().mapToLong(MemoryTraffic.Part::bytes).sum();
  }
}
