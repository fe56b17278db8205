package org.sscspark.spark.trial;

/** How trials share a cluster. */
public enum RunMode {
  /** Each trial is one task with one worker; as many run side by side as there are task slots. */
  IN_TASK,
  /** One trial after the other, each averaged over workers on the whole cluster. */
  DATA_PARALLEL
}
