package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class TaskSlotsTest {
  private static final String PARTITIONS = "spark.default.parallelism";

  /** Kind: a setting about partitions, of this or any other application, that changes a result. */
  @Test
  void aLocalMasterHasAsManySlotsAsThreads(JavaSparkContext spark) {
    SparkConf conf = spark.sc().conf();
    conf.set(PARTITIONS, "7");
    try {
      assertThat(spark.defaultParallelism()).isEqualTo(7);
      assertThat(TaskSlots.workers(spark)).isEqualTo(2);
      assertThat(TaskSlots.count(spark)).isEqualTo(2);
      assertThat(TaskSlots.now(spark)).isEqualTo(2);
      assertThat(TaskSlots.ofExecutor(spark)).isEqualTo(2);
      assertThat(TaskSlots.toShare(spark.sc())).isEqualTo(2);
    } finally {
      conf.remove(PARTITIONS);
    }
  }
}
