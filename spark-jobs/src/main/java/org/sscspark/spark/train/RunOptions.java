package org.sscspark.spark.train;

import org.sscspark.spark.watch.WatchSettings;

/**
 * What happens around a run and changes nothing in what it computes.
 *
 * @param watch who is told of it
 * @param withdraw whether a run on a cluster is taken back that fails before it has done anything,
 *     so that the folder is free for other settings; one that has a checkpoint stays
 */
public record RunOptions(WatchSettings watch, boolean withdraw) {
  /** Nobody is told, and all stays. */
  public static final RunOptions NONE = watchedBy(WatchSettings.NONE);

  /** Somebody is told, and all stays. */
  public static RunOptions watchedBy(WatchSettings watch) {
    return new RunOptions(watch, /* withdraw= */ false);
  }
}
