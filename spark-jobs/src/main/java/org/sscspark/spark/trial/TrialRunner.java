package org.sscspark.spark.trial;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.gpu.GpuStage;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * Runs the trials of a queue in folders below a root. A trial that fails is recorded with its
 * reason and does not stop the others.
 *
 * @param root where the trials' folders are
 * @param data what all trials train on and are evaluated on
 */
public record TrialRunner(JavaSparkContext spark, URI root, TrialData data) {
  private static final Logger LOG = LoggerFactory.getLogger(TrialRunner.class);
  private static final long POLL_MILLIS = 50;

  /**
   * Runs those of some trials that are not done, in this order.
   *
   * @param progress told of trials and epochs
   */
  public void run(RunMode mode, List<Trial> trials, Progress progress)
      throws IOException, InterruptedException {
    List<Trial> left = new ArrayList<>();
    for (Trial trial : trials) {
      if (folder(trial).state() != TrialFolder.State.DONE) {
        left.add(trial);
      }
    }
    if (left.isEmpty()) {
      return;
    }
    try (TrialProgress watch =
        new TrialProgress(
            spark.hadoopConfiguration(), root, left, trials.size() - left.size(), progress)) {
      run(mode, TrialQueue.of(left), watch);
    }
  }

  /**
   * Runs until the queue is empty.
   *
   * @param watch looked at now and then while trials run, and told of their ends
   */
  public void run(RunMode mode, TrialQueue queue, TrialWatch watch)
      throws IOException, InterruptedException {
    switch (mode) {
      case IN_TASK -> inTasks(queue, watch);
      case DATA_PARALLEL -> oneByOne(queue, watch);
    }
  }

  /** A trial under way: a Spark job of one task. */
  private record Running(Trial trial, JavaFutureAction<List<String>> job) {}

  /**
   * The driver keeps as many jobs under way as there are task slots, so a slot is free only when
   * the queue has nothing for it. One thread, so a queue needs no locks.
   */
  private void inTasks(TrialQueue queue, TrialWatch watch)
      throws IOException, InterruptedException {
    int slots = TaskSlots.count(spark);
    int lanes = ExecutorLanes.narrowest(spark);
    GpuStage gpus = GpuStage.of(spark.getConf());
    List<Running> running = new ArrayList<>();
    try {
      boolean more = true;
      while (more || !running.isEmpty()) {
        while (more && running.size() < slots) {
          Optional<Trial> next = queue.next();
          more = next.isPresent();
          if (more) {
            running.add(start(next.get(), gpus, lanes));
            watch.started(next.get());
          }
        }
        boolean ended = false;
        for (Iterator<Running> each = running.iterator(); each.hasNext(); ) {
          Running one = each.next();
          if (one.job().isDone()) {
            each.remove();
            end(one.trial(), failure(one), queue, watch);
            ended = true;
          }
        }
        if (ended) {
          more = true;
        } else if (!running.isEmpty()) {
          Thread.sleep(POLL_MILLIS);
          watch.look();
        }
      }
    } finally {
      running.forEach(one -> one.job().cancel(true));
      spark.sc().setJobDescription(null);
    }
  }

  private int threads() {
    return spark.sc().conf().getInt("spark.task.cpus", 1);
  }

  private Running start(Trial trial, GpuStage gpus, int lanes) throws IOException {
    folder(trial).clearFailure();
    TrialTask task = TrialTask.of(trial, data, trial.folder(root), threads(), lanes);
    try {
      spark.sc().setJobDescription("trial " + trial.name());
      return new Running(
          trial,
          gpus.of(spark.parallelize(List.of(0), 1).map(ignored -> task.run())).collectAsync());
    } catch (IllegalStateException e) {
      requireSpark(e);
      throw e;
    }
  }

  private Optional<String> failure(Running ended) throws InterruptedException {
    try {
      String reason = ended.job().get().get(0);
      return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
    } catch (ExecutionException | CancellationException e) {
      requireSpark(e);
      LOG.info("Trial {} failed", ended.trial().name(), e);
      return Optional.of(reason(e));
    }
  }

  private void oneByOne(TrialQueue queue, TrialWatch watch) throws IOException {
    for (Optional<Trial> next = queue.next(); next.isPresent(); next = queue.next()) {
      Trial trial = next.get();
      folder(trial).clearFailure();
      watch.started(trial);
      Optional<String> failure = Optional.empty();
      try {
        new TrainJob(
                spark,
                trial.experiment(),
                data.training().location(),
                Optional.of(data.test().location()))
            .run(
                trial.folder(root),
                Progress.SILENT,
                new Looking(watch, new Pause(trial.epochs(), trial.experiment().train().epochs())));
      } catch (Pause.ReachedException e) {
        LOG.info("Trial {} pauses after {} epochs", trial.name(), trial.epochs());
      } catch (IOException | RuntimeException e) {
        requireSpark(e);
        LOG.info("Trial {} failed", trial.name(), e);
        failure = Optional.of(reason(e));
      }
      end(trial, failure, queue, watch);
    }
  }

  private record Looking(TrialWatch watch, Pause pause) implements TrainingListener {
    @Override
    public void onStart(TrainingState start) {
      pause.onStart(start);
    }

    @Override
    public void onEpoch(EpochMetrics metrics, TrainingState state) {
      try {
        watch.look();
      } catch (IOException e) {
        LOG.warn("Cannot look how far the trials are", e);
      }
      pause.onEpoch(metrics, state);
    }
  }

  /** Without Spark every trial would fail for a reason that is not its own. */
  private void requireSpark(Exception cause) {
    if (spark.sc().isStopped()) {
      throw new SparkStoppedException(cause);
    }
  }

  private void end(Trial trial, Optional<String> failure, TrialQueue queue, TrialWatch watch)
      throws IOException {
    if (failure.isPresent()) {
      folder(trial).writeFailure(failure.get());
    }
    queue.ended(trial, failure);
    watch.ended(trial, failure);
  }

  private TrialFolder folder(Trial trial) {
    return new TrialFolder(spark.hadoopConfiguration(), trial.folder(root));
  }

  /** What went wrong, in one line. */
  private static String reason(Exception e) {
    // Spark tells of a failed task in its own words and appends the executor's stack trace.
    boolean task = ExceptionUtils.indexOfType(e, SparkException.class) >= 0;
    Throwable told = task ? ExceptionUtils.getRootCause(e) : e;
    return String.valueOf(told.getMessage()).lines().findFirst().orElse(told.toString()).strip();
  }
}
