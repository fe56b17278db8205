package org.sscspark.engine.cuda;

import org.junit.jupiter.api.BeforeAll;
import org.sscspark.engine.Engine;
import org.sscspark.engine.TrainingCurveContract;

class CudaTrainingCurveTest extends TrainingCurveContract {
  @BeforeAll
  static void needsADriver() {
    TestDriver.device();
  }

  @Override
  protected Engine engine() {
    return new CudaEngine(TestDriver.device());
  }
}
