package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;

/**
 * The parameters after fifty steps have the bits that they had when the checksums were written. A
 * change of the engine that changes an order of sums changes them; whoever makes one writes down
 * why, and the new ones. The checksums depend on the lanes, and on nothing else of the machine.
 */
@Tag("lane-contract")
class PinnedBitsTest {
  private static final int STEPS = 50;
  private static final int COUNT = 19;
  private static final float LEARNING_RATE = 0.01f;
  private static final float MOMENTUM = 0.9f;

  @ParameterizedTest
  @CsvSource({"1, 2ec6fcae, 4a9c4030, e5d2a6b1", "0.15, 5bbc62ad, 75046153, bcb40301"})
  void fiftyStepsOfResNet20(double density, String four, String eight, String sixteen) {
    NetworkSpec dense = ModelZoo.named("resnet20", new FeatureShape(3, 8, 8), 10, 1);
    NetworkSpec network =
        density == 1 ? dense : SscDesign.apply(dense, density, SscSettings.of(DensityProfile.ERK));

    assertBits(network, Initialization.parameters(network, FanIn.DENSE, 1), four, eight, sixteen);
  }

  /** Biases, pools and fully connected layers. */
  @Test
  void fiftyStepsOfAPlainNetwork() {
    RandomNetworks random = new RandomNetworks(29);
    NetworkSpec network = random.network(Kind.PLAIN);

    assertBits(network, random.parameters(network), "f3680022", "974a9f74", "beda0f77");
  }

  private static void assertBits(
      NetworkSpec network, float[] initial, String four, String eight, String sixteen) {
    int lanes = new LaneEngine(1).description().lanes();

    for (int threads = 1; threads <= 2; threads++) {
      assertThat(Long.toHexString(checksum(trained(network, initial, threads))))
          .as("%d lanes, %d threads", lanes, threads)
          .isEqualTo(Map.of(4, four, 8, eight, 16, sixteen).get(lanes));
    }
  }

  private static long checksum(float[] parameters) {
    CRC32 checksum = new CRC32();
    for (float parameter : parameters) {
      int bits = Float.floatToRawIntBits(parameter);
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        checksum.update(bits >> shift);
      }
    }
    return checksum.getValue();
  }

  /** Fifty steps of SGD with momentum on images of noise. */
  private static float[] trained(NetworkSpec network, float[] initial, int threads) {
    RandomNetworks random = new RandomNetworks(23);
    int[] labels = new int[COUNT];
    Arrays.setAll(labels, n -> n % network.classes());
    try (Replica replica = new LaneEngine(threads).replica(network, COUNT)) {
      float[] weights = replica.parameters();
      float[] velocity = new float[weights.length];
      float[] logits = new float[COUNT * network.classes()];
      System.arraycopy(initial, 0, weights, 0, weights.length);
      for (int step = 0; step < STEPS; step++) {
        // The last minibatch of an epoch is smaller.
        int count = step % 10 == 9 ? 5 : COUNT;
        float[] input = Replicas.input(replica, random.images(network, count), count);
        replica.forward(input, count, BatchNormMode.BATCH_AND_UPDATE, logits);
        SoftmaxCrossEntropy.lossAndGradient(logits, labels, count, network.classes(), 0, logits);
        replica.backward(logits);
        for (int i = 0; i < replica.layout().trainableCount(); i++) {
          velocity[i] = MOMENTUM * velocity[i] + replica.gradients()[i];
          weights[i] -= LEARNING_RATE * velocity[i];
        }
      }
      assertThat(weights).doesNotContain(Float.NaN);
      return weights.clone();
    }
  }
}
