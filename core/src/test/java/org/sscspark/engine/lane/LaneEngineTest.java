package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.ReplicaContract;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.Replicas.Step;
import org.sscspark.network.NetworkSpec;

class LaneEngineTest extends ReplicaContract {
  @Override
  protected Engine engine() {
    return new LaneEngine(2);
  }

  @Override
  protected List<Integer> batchSizes() {
    return List.of(1, 3, 19);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void bitsDoNotDependOnThreads(Kind kind) {
    Step one = step(new LaneEngine(1), kind);

    assertThat(step(new LaneEngine(2), kind).sameBits(one)).isTrue();
    assertThat(step(new LaneEngine(5), kind).sameBits(one)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void plainJavaGivesTheBitsOfTheVectorApi(Kind kind) {
    Arithmetic vector = new VectorArithmetic();
    Step plain = step(new LaneEngine(1, new PlainArithmetic(vector.lanes())), kind);

    assertThat(step(new LaneEngine(1, vector), kind).sameBits(plain)).isTrue();
  }

  @Test
  void describesLanesAndThreads() {
    assertThat(engine().description().name()).isEqualTo("lane");
    assertThat(engine().description().lanes()).isEqualTo(new VectorArithmetic().lanes());
    assertThat(engine().description().threads()).isEqualTo(2);
    assertThat(engine().description().detail()).contains(" bits, Java ", "aligned to ");
  }

  private static Step step(Engine engine, Kind kind) {
    RandomNetworks random = new RandomNetworks(7);
    NetworkSpec network = random.network(kind);
    float[] parameters = random.parameters(network);
    float[] images = random.images(network, 21);
    float[] slopes = random.gaussians(21 * network.classes());
    return Replicas.step(
        engine, network, parameters, images, 21, BatchNormMode.BATCH_AND_UPDATE, slopes);
  }
}
