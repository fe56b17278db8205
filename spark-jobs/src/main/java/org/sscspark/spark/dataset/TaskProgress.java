package org.sscspark.spark.dataset;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.spark.Success$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.sscspark.report.Progress;

/** Reports the finished tasks of the last stage of one job. */
public final class TaskProgress extends SparkListener {
  private final Progress.Stage stage;
  private final AtomicLong finished = new AtomicLong();

  private TaskProgress(Progress.Stage stage) {
    this.stage = stage;
  }

  /** Runs a job and reports its progress meanwhile. */
  public static <T> T during(
      JavaSparkContext spark,
      Progress progress,
      String name,
      long total,
      String unit,
      Supplier<T> job) {
    try (Progress.Stage stage = progress.start(name, total, unit)) {
      TaskProgress listener = new TaskProgress(stage);
      spark.sc().addSparkListener(listener);
      try {
        return job.get();
      } finally {
        spark.sc().removeSparkListener(listener);
      }
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    if (task.taskType().equals("ResultTask") && task.reason().equals(Success$.MODULE$)) {
      stage.at(finished.incrementAndGet(), "");
    }
  }
}
