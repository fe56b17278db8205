package org.sscspark.engine.cuda;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.sscspark.engine.Engine;
import org.sscspark.engine.ReplicaContract;

class CudaReplicaTest extends ReplicaContract {
  @BeforeAll
  static void needsADriver() {
    TestDriver.device();
  }

  @Override
  protected Engine engine() {
    return new CudaEngine(TestDriver.device());
  }

  @Override
  protected List<Integer> batchSizes() {
    return List.of(1, 3, 35);
  }
}
