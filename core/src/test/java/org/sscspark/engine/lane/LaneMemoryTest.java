package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.HeldObjects;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;

/**
 * Guards what runs are refused for: where memory is asked for that a replica with these threads and
 * this storage does not take, or too little.
 */
class LaneMemoryTest {
  private static final NetworkSpec NETWORK =
      ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 0.5);
  private static final int CAPACITY = 32;

  static List<ReplicaUse> uses() {
    return List.of(
        ReplicaUse.training(NETWORK, CAPACITY, 1, FeatureStorage.FLOAT32),
        ReplicaUse.training(NETWORK, CAPACITY, 1, FeatureStorage.BFLOAT16),
        ReplicaUse.training(NETWORK, CAPACITY, 2, FeatureStorage.FLOAT32),
        ReplicaUse.answering(NETWORK, CAPACITY));
  }

  /** The bytes of vectors, features and the minibatch, without tables of positions. */
  private static long held(InferenceReplica replica) throws IllegalAccessException {
    long numbers = replica.newInput().length;
    for (Object one : HeldObjects.of(replica)) {
      if (one instanceof float[] floats) {
        numbers += floats.length;
      } else if (one instanceof LaneBuffer buffer && buffer.isHalved()) {
        numbers += buffer.pairs.length;
      }
    }
    return Float.BYTES * numbers;
  }

  /** Kind: memory and time for a way back where there is none. */
  @Test
  void aReplicaThatAnswersPlansNoGradients() throws IllegalAccessException {
    NetworkSpec network = ModelZoo.named("vgg11", new FeatureShape(3, 32, 32), 10, 0.1);
    try (InferenceReplica answers = new LaneEngine(2).inferenceReplica(network, CAPACITY);
        InferenceReplica trains = new LaneEngine(2).replica(network, CAPACITY)) {
      assertThat(HeldObjects.of(trains)).hasAtLeastOneElementOfType(LaneWeightGradient.class);
      assertThat(HeldObjects.of(answers)).noneMatch(LaneWeightGradient.class::isInstance);
    }
  }

  private static NetworkSpec of(int channels) {
    return new NetworkSpec(
        "large",
        new FeatureShape(channels, 2048, 2048),
        List.of(new Op.GlobalAveragePool("pool", "input")));
  }

  private static void assertRefused(ThrowingCallable makes, String remedy) {
    assertThatThrownBy(makes)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("The features of input, ")
        .hasMessageEndingWith(" floats, more than an int can number; lower " + remedy);
  }

  /** Kind: a remedy that changes nothing. */
  @Test
  void imagesThatAreTooLargeAreRefusedWithWhatHelps() {
    LaneEngine wide = new LaneEngine(1, new PlainArithmetic(16));
    LaneEngine narrow = new LaneEngine(1, new PlainArithmetic(4));

    assertRefused(() -> wide.replica(of(64), 17), "train.batch or the images' size");
    assertRefused(() -> wide.replica(of(64), 1), "engine.lanes or the images' size");
    assertRefused(() -> wide.inferenceReplica(of(64), 17), "the images' size");
    assertRefused(() -> narrow.replica(of(256), 1), "the images' size");
  }

  @ParameterizedTest
  @MethodSource("uses")
  void isWhatAReplicaHoldsButForWindowsAndWeightsAgain(ReplicaUse use)
      throws IllegalAccessException {
    LaneEngine engine = new LaneEngine(use.threads(), use.storage());
    try (InferenceReplica replica =
        use.trains()
            ? engine.replica(NETWORK, CAPACITY)
            : engine.inferenceReplica(NETWORK, CAPACITY)) {
      long asked = LaneEngine.memory(use).heap();
      // Of three sizes of images each: what is read, gradients and results; and weights' sums.
      long windows = 10L * Math.max(CacheSizes.ofThisMachine().window() / 2, 1 << 19);

      assertThat(held(replica)).isBetween(asked, Math.round(1.1 * asked) + windows);
    }
  }
}
