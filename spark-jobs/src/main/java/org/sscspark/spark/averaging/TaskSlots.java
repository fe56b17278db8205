package org.sscspark.spark.averaging;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.sscspark.spark.gpu.GpuStage;
import scala.collection.JavaConverters;

/** How many workers an application's executors can train at once. */
public final class TaskSlots {
  /** Executors of one application start together; one that is this late is not waited for. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final long POLL_MILLIS = 50;

  private TaskSlots() {}

  /**
   * Counts: one for {@code spark.task.cpus} cores, or one for each GPU where executors have some.
   * On a cluster it waits until no more executors come, for the count would else depend on chance.
   */
  public static int count(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    int cpus = conf.getInt("spark.task.cpus", 1);
    if (spark.sc().isLocal()) {
      return Math.max(1, spark.defaultParallelism() / cpus);
    }
    int gpus = GpuStage.of(conf).gpusOfExecutor();
    long quietSince = System.nanoTime();
    int slots = 0;
    while (slots == 0 || System.nanoTime() - quietSince < QUIET.toNanos()) {
      int now = now(spark, cpus, gpus);
      if (now != slots) {
        slots = now;
        quietSince = System.nanoTime();
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for executors", e);
      }
    }
    return slots;
  }

  private static int now(JavaSparkContext spark, int cpus, int gpus) {
    int slots = 0;
    for (ExecutorSummary executor :
        JavaConverters.asJavaIterable(spark.sc().statusStore().executorList(true))) {
      int byCores = executor.totalCores() / cpus;
      slots += gpus == 0 ? byCores : Math.min(byCores, gpus);
    }
    return slots;
  }
}
