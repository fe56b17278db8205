package org.sscspark.spark.predict;

import org.apache.spark.sql.SparkSession;
import org.sscspark.spark.averaging.TaskSlots;

/** How many tasks share the work: few, since each makes a replica, but enough to be spread. */
final class Tasks {
  private static final int PER_SLOT = 3;
  private static final int PARTS_PER_TASK = 64;

  private Tasks() {}

  static int slots(SparkSession session) {
    return TaskSlots.toShare(session.sparkContext());
  }

  /** The tasks for so many parts of some hundred images. */
  static int of(SparkSession session, int parts) {
    return Math.min(parts, Math.max(PER_SLOT * slots(session), parts / PARTS_PER_TASK));
  }
}
