package org.sscspark.spark.dataset;

import org.apache.spark.Partitioner;
import org.sscspark.data.sharding.ExamplePlace;

/** Sends every example to the task of its shard. */
final class ByShard extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int shards;

  ByShard(int shards) {
    this.shards = shards;
  }

  @Override
  public int numPartitions() {
    return shards;
  }

  @Override
  public int getPartition(Object place) {
    return ((ExamplePlace) place).shard();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByShard byShard && byShard.shards == shards;
  }

  @Override
  public int hashCode() {
    return shards;
  }
}
