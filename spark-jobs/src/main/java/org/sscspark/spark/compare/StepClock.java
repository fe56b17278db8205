package org.sscspark.spark.compare;

import java.util.List;
import org.sscspark.spark.compare.ComparisonPlan.CellKey;
import org.sscspark.spark.train.Experiment;

/** Times training steps. */
interface StepClock {
  /** A row of a comparison, and the settings of its trials. */
  record Subject(CellKey key, Experiment experiment) {}

  /**
   * Times a step of each.
   *
   * @throws org.sscspark.config.BadInputException if a network cannot be designed
   */
  TimedSteps time(List<Subject> subjects);
}
