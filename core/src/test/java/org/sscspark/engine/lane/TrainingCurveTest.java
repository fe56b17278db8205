package org.sscspark.engine.lane;

import org.sscspark.engine.Engine;
import org.sscspark.engine.TrainingCurveContract;

class TrainingCurveTest extends TrainingCurveContract {
  @Override
  protected Engine engine() {
    return new LaneEngine(2);
  }
}
