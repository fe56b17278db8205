package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/** What replicas allocate on a device, against what is said of it before. */
class CudaMemoryTest {
  private static final NetworkSpec NETWORK =
      ModelZoo.named("resnet20", new FeatureShape(3, 16, 16), 10, 1);

  /** More than one image a thread, and places without an image. */
  private static final int CAPACITY = 90;

  private static long allocated(boolean trains) {
    return allocated(NETWORK, trains);
  }

  private static long allocated(NetworkSpec network, boolean trains) {
    CudaEngine engine = new CudaEngine(TestDriver.fakeDevice());
    long before = TestDriver.used();
    try (InferenceReplica unused =
        trains ? engine.replica(network, CAPACITY) : engine.inferenceReplica(network, CAPACITY)) {
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

  /** Kind: memory for a way back where there is none, such as a pool's winners. */
  @Test
  void answeringKeepsNothingForAWayBack() {
    NetworkSpec network =
        new NetworkSpec(
            "pools",
            new FeatureShape(4, 32, 32),
            List.of(
                new Op.MaxPool("max", "input", 2, 1, 0), new Op.GlobalAveragePool("pool", "max")));
    long planned = CudaEngine.memory(ReplicaUse.answering(network, CAPACITY)).gpu();
    long rows = (long) CAPACITY * network.input().size() * Float.BYTES;

    assertThat(allocated(network, /* trains= */ false)).isBetween(planned, planned + rows + 1024);
  }

  /** Kind: a remedy that changes nothing, or none at all. */
  @Test
  void imagesThatAreTooLargeAreRefusedWithWhatHelps() {
    CudaEngine engine = new CudaEngine(TestDriver.fakeDevice());
    NetworkSpec network =
        new NetworkSpec(
            "large",
            new FeatureShape(256, 2048, 2048),
            List.of(new Op.GlobalAveragePool("pool", "input")));

    assertThatThrownBy(() -> engine.replica(network, 40))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("; lower train.batch or the images' size");
    assertThatThrownBy(() -> engine.replica(network, 2))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("; lower the images' size");
    assertThatThrownBy(() -> engine.inferenceReplica(network, 40))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("; lower the images' size");
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
