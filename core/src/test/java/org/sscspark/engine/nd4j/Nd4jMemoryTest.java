package org.sscspark.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;

/** The estimate against the arrays that a replica is found to hold. */
class Nd4jMemoryTest {
  private static final Nd4jEngine ENGINE = new Nd4jEngine(1);

  /** The floats of all arrays in buffers that an object of this package leads to. */
  private static long held(Object from, Set<Object> seen) throws IllegalAccessException {
    if (from == null || !seen.add(from)) {
      return 0;
    }
    long floats = 0;
    if (from instanceof Map<?, ?> map) {
      for (Object value : map.values()) {
        floats += value instanceof INDArray array ? array.length() : held(value, seen);
      }
    } else if (from instanceof Iterable<?> many) {
      for (Object one : many) {
        floats += held(one, seen);
      }
    } else if (from.getClass().getPackage() == Nd4jMemoryTest.class.getPackage()) {
      for (Field field : from.getClass().getDeclaredFields()) {
        // An array in a field is one of the buffers', too.
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          floats += held(field.get(from), seen);
        }
      }
    }
    return floats;
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
      return held(replica, Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isWhatANetworkHoldsButForNumbersOfChannels(boolean trains) throws IllegalAccessException {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(3, 20, 20), 10, 1);
    long estimate = Nd4jMemory.values(network, 2, trains);

    assertThat(heldAfterACall(network, 2, trains)).isBetween(estimate, Math.round(1.05 * estimate));
    assertThat(Nd4jEngine.memory(network, 2, trains).outside()).isEqualTo(Float.BYTES * estimate);
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
