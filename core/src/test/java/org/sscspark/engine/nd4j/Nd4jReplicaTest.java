package org.sscspark.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ReplicaContract;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.network.NetworkSpec;

class Nd4jReplicaTest extends ReplicaContract {
  private final Engine engine = new Nd4jEngine(1);

  @Override
  protected Engine engine() {
    return engine;
  }

  /** ND4J's operator looks for what is larger, and NaN is not. */
  @Test
  @Override
  protected void maxPoolPassesOnWhatIsNoNumber() {
    assertThatThrownBy(super::maxPoolPassesOnWhatIsNoNumber).isInstanceOf(AssertionError.class);
  }

  @Test
  void computesTheSameInsideAnOpenWorkspace() {
    RandomNetworks random = new RandomNetworks(2);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 4);
    float[] slopes = random.gaussians(4 * network.classes());
    BatchNormMode mode = BatchNormMode.BATCH;
    Step outside = Replicas.step(engine, network, parameters, images, 4, mode, slopes);
    try (Replica replica = engine.replica(network, 4)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      for (int i = 0; i < 3; i++) {
        WorkspaceConfiguration small =
            WorkspaceConfiguration.builder().initialSize(1 << 20).build();
        try (MemoryWorkspace open =
            Nd4j.getWorkspaceManager().getAndActivateWorkspace(small, "OPEN")) {
          assertThat(Replicas.step(replica, images, 4, mode, slopes).sameBits(outside)).isTrue();
        }
      }
    }
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }

  @Test
  void twoThreadsRepeatBitForBit() {
    RandomNetworks random = new RandomNetworks(3);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 16);
    float[] slopes = random.gaussians(16 * network.classes());
    BatchNormMode mode = BatchNormMode.BATCH_AND_UPDATE;
    Engine two = new Nd4jEngine(2);

    Step first = Replicas.step(two, network, parameters, images, 16, mode, slopes);
    Step second = Replicas.step(two, network, parameters, images, 16, mode, slopes);

    assertThat(second.sameBits(first)).isTrue();
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> new Nd4jEngine(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Threads must be positive, was 0");
  }
}
