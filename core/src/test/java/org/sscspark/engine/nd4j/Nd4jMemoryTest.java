package org.sscspark.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.HeldObjects;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;

/** The estimate against the arrays that a replica is found to hold. */
class Nd4jMemoryTest {
  private static final Nd4jEngine ENGINE = new Nd4jEngine(1);

  /** The floats of all arrays in buffers. An array in a field is one of the buffers', too. */
  private static long held(InferenceReplica replica) throws IllegalAccessException {
    return HeldObjects.of(replica).stream()
        .filter(Map.class::isInstance)
        .flatMap(map -> ((Map<?, ?>) map).values().stream())
        .filter(INDArray.class::isInstance)
        .mapToLong(array -> ((INDArray) array).length())
        .sum();
  }

  private static long heldAfterACall(NetworkSpec network, int images, boolean trains)
      throws IllegalAccessException {
    try (InferenceReplica replica =
        trains ? ENGINE.replica(network, images) : ENGINE.inferenceReplica(network, images)) {
      float[] logits = new float[images * network.classes()];
      BatchNormMode mode = trains ? BatchNormMode.BATCH_AND_UPDATE : BatchNormMode.RUNNING;
      replica.forward(replica.newInput(), images, mode, logits);
      if (replica instanceof Replica training && trains) {
        training.backward(logits);
      }
      return held(replica);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isWhatANetworkHoldsButForNumbersOfChannels(boolean trains) throws IllegalAccessException {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(3, 20, 20), 10, 1);
    long estimate = Nd4jMemory.values(network, 2, trains);

    assertThat(heldAfterACall(network, 2, trains)).isBetween(estimate, Math.round(1.05 * estimate));
    assertThat(
            Nd4jEngine.memory(new ReplicaUse(network, 2, trains, 1, FeatureStorage.FLOAT32))
                .outside())
        .isEqualTo(Float.BYTES * estimate);
  }

  @ParameterizedTest
  @EnumSource(RandomNetworks.Kind.class)
  void isNeverMoreThanIsHeld(RandomNetworks.Kind kind) throws IllegalAccessException {
    RandomNetworks random = new RandomNetworks(31);
    NetworkSpec network = random.network(kind);
    for (boolean trains : new boolean[] {true, false}) {
      assertThat(Nd4jMemory.values(network, 2, trains))
          .isPositive()
          .isLessThanOrEqualTo(heldAfterACall(network, 2, trains));
    }
  }
}
