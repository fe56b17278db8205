package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.network.NetworkSpec;

/** Interpreted and half-compiled code boxes vectors; compiled steps must not allocate. */
@Tag("compiled-code")
class LaneAllocationTest {
  // A block that a step needs once is compiled after some 5000 calls.
  private static final int MOST_STEPS = 20_000;
  private static final long MOST_BYTES = 1024;

  @ParameterizedTest
  @EnumSource(FeatureStorage.class)
  void stepsAllocateNothingOnceCompiled(FeatureStorage storage) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RandomNetworks random = new RandomNetworks(5);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    try (Replica replica = new LaneEngine(1, storage).replica(network, 19)) {
      float[] input = Replicas.input(replica, random.images(network, 19), 19);
      float[] logits = new float[19 * network.classes()];
      float[] slopes = random.gaussians(logits.length);
      long least = Long.MAX_VALUE;
      for (int step = 0; step < MOST_STEPS && least > MOST_BYTES; step++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        replica.forward(input, 19, BatchNormMode.BATCH_AND_UPDATE, logits);
        replica.backward(slopes);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isLessThanOrEqualTo(MOST_BYTES);
    }
  }
}
