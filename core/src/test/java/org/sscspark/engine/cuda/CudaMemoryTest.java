package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/** What replicas allocate on a device, against what is said of it before. */
class CudaMemoryTest {
  private static final NetworkSpec NETWORK =
      ModelZoo.named("resnet20", new FeatureShape(3, 16, 16), 10, 1);

  /** More than one image a thread, and places without an image. */
  private static final int CAPACITY = 90;

  private static long allocated(boolean trains) {
    CudaEngine engine = new CudaEngine(TestDriver.fakeDevice());
    long before = TestDriver.used();
    try (InferenceReplica unused =
        trains ? engine.replica(NETWORK, CAPACITY) : engine.inferenceReplica(NETWORK, CAPACITY)) {
      return TestDriver.used() - before;
    }
  }

  /** Beside the plan's buffers and vectors there are tables: some numbers for each weight. */
  @Test
  void answeringTakesWhatIsPlannedAndFewTables() {
    long planned = CudaEngine.memory(ReplicaUse.answering(NETWORK, CAPACITY)).gpu();
    long tables = 8L * Float.BYTES * ParameterLayout.of(NETWORK).size();

    assertThat(allocated(/* trains= */ false)).isBetween(planned, planned + tables);
  }

  @Test
  void trainingTakesWhatIsPlannedAtLeastAndSeveralTimesMore() {
    long planned =
        CudaEngine.memory(ReplicaUse.training(NETWORK, CAPACITY, 1, FeatureStorage.FLOAT32)).gpu();

    assertThat(allocated(/* trains= */ true))
        .isGreaterThan(planned)
        .isGreaterThan(3 * allocated(/* trains= */ false));
  }
}
