package org.sscspark.spark.bench;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Adds up what Spark's tasks send. */
final class Traffic extends SparkListener implements AutoCloseable {
  private final SparkContext spark;
  private final AtomicLong results = new AtomicLong();
  private final AtomicLong shuffled = new AtomicLong();

  /**
   * Bytes.
   *
   * @param results of task results, which go to the driver
   * @param shuffled written by tasks for others
   */
  record Bytes(long results, long shuffled) {
    Bytes minus(Bytes before) {
      return new Bytes(results - before.results, shuffled - before.shuffled);
    }
  }

  /** Starts to listen; {@link #close} ends it. */
  Traffic(SparkContext spark) {
    this.spark = spark;
    spark.addSparkListener(this);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    TaskMetrics metrics = end.taskMetrics();
    if (metrics != null) {
      results.addAndGet(metrics.resultSize());
      shuffled.addAndGet(metrics.shuffleWriteMetrics().bytesWritten());
    }
  }

  /** All bytes of the jobs that have ended. */
  Bytes bytes() {
    try {
      spark.listenerBus().waitUntilEmpty(10_000);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Spark's listeners do not keep up", e);
    }
    return new Bytes(results.get(), shuffled.get());
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
