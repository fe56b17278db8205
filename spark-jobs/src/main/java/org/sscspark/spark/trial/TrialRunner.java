package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.ExecutorLanes;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.gpu.GpuStage;
import org.sscspark.spark.train.RunOptions;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.training.DivergedException;
import org.sscspark.training.MetricsJson;

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

  /** Where exceptions come from whose messages are for users. */
  private static final String OURS = "org.sscspark.";

  /**
   * Runs those of some trials that are not done, in this order.
   *
   * @param progress told of trials and epochs
   * @return why trials failed, by their names. The folder of one that failed before it began says
   *     nothing of it
   * @throws BadInputException if what one has left is damaged; none is run
   */
  public SortedMap<String, String> run(RunMode mode, List<Trial> trials, Progress progress)
      throws IOException, InterruptedException {
    Set<String> begun = TrialFolder.begun(spark.hadoopConfiguration(), root);
    Map<Trial, Integer> left = new LinkedHashMap<>();
    for (Trial trial : trials) {
      if (!begun.contains(trial.name())) {
        left.put(trial, 0);
        continue;
      }
      TrialFolder.State state = folder(trial).state();
      List<JsonNode> epochs =
          folder(trial).requireSound(state, trial.experiment().train().epochs());
      if (state != TrialFolder.State.DONE) {
        left.put(trial, epochs.size());
      }
    }
    SortedMap<String, String> failures = new TreeMap<>();
    if (left.isEmpty()) {
      return failures;
    }
    try (Progress.Stage stage = progress.start("trials", TrialProgress.epochs(left), "epochs")) {
      TrialProgress said = new TrialProgress(left, trials.size() - left.size(), stage);
      TrialQueue queue =
          TrialQueue.of(
              List.copyOf(left.keySet()),
              (trial, failure) -> failures.put(trial.name(), failure.reason()));
      run(mode, queue, new WatchedTrials(said));
    }
    return failures;
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

  /**
   * A trial under way: a Spark job of one task.
   *
   * @param epochs what it tells of them
   */
  private record Running(Trial trial, JavaFutureAction<List<String>> job, LastLine epochs) {}

  /**
   * The driver keeps as many jobs under way as there are task slots, counted anew as executors come
   * and go, so a slot is free only when the queue has nothing for it. One thread, so a queue needs
   * no locks.
   */
  private void inTasks(TrialQueue queue, TrialWatch watch)
      throws IOException, InterruptedException {
    Set<String> begun = TrialFolder.begun(spark.hadoopConfiguration(), root);
    int slots = TaskSlots.count(spark);
    Map<Trial, String> told = new HashMap<>();
    int lanes = ExecutorLanes.narrowest(spark);
    GpuStage gpus = GpuStage.of(spark.getConf());
    List<Running> running = new ArrayList<>();
    try (EpochReports reports = new EpochReports(spark)) {
      boolean more = true;
      while (more || !running.isEmpty()) {
        slots = TaskSlots.wanted(spark, slots);
        while (more && running.size() < slots) {
          Optional<Trial> next = queue.next();
          more = next.isPresent();
          if (more) {
            forgetFailure(next.get(), begun);
            running.add(start(next.get(), gpus, lanes, reports.open(next.get())));
            watch.started(next.get());
          }
        }
        boolean ended = false;
        for (Iterator<Running> each = running.iterator(); each.hasNext(); ) {
          Running one = each.next();
          boolean done = one.job().isDone();
          tell(one, reports, told, watch);
          if (done) {
            each.remove();
            told.remove(one.trial());
            reports.close(one.epochs());
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
      spark.clearJobGroup();
    }
  }

  private static void tell(
      Running one, EpochReports reports, Map<Trial, String> told, TrialWatch watch) {
    Optional<String> line = reports.last(one.epochs());
    if (line.isPresent() && !line.get().equals(told.put(one.trial(), line.get()))) {
      watch.epoch(one.trial(), MetricsJson.read(line.get()));
    }
  }

  private int threads() {
    return spark.sc().conf().getInt("spark.task.cpus", 1);
  }

  /**
   * What a trial failed of before is not said any more while it is tried again.
   *
   * @param begun trials that had a folder before this start
   */
  private void forgetFailure(Trial trial, Set<String> begun) throws IOException {
    if (begun.contains(trial.name())) {
      folder(trial).clearFailure();
    }
  }

  private Running start(Trial trial, GpuStage gpus, int lanes, LastLine epochs) {
    TrialTask task = TrialTask.of(trial, data, trial.folder(root), threads(), lanes);
    try {
      spark.setJobGroup(trial.name(), "trial " + trial.name(), /* interruptOnCancel= */ false);
      return new Running(
          trial,
          gpus.of(spark.parallelize(List.of(0), 1).map(ignored -> task.run(epochs::add)))
              .collectAsync(),
          epochs);
    } catch (IllegalStateException e) {
      requireSpark(e);
      throw e;
    }
  }

  private Optional<TrialFailure> failure(Running ended) throws InterruptedException {
    try {
      String reason = ended.job().get().get(0);
      return reason.isEmpty() ? Optional.empty() : Optional.of(new TrialFailure(reason, true));
    } catch (ExecutionException | CancellationException e) {
      requireSpark(e);
      LOG.info("Trial {} failed", ended.trial().name(), e);
      return Optional.of(new TrialFailure(reason(e), false));
    }
  }

  private void oneByOne(TrialQueue queue, TrialWatch watch)
      throws IOException, InterruptedException {
    Set<String> begun = TrialFolder.begun(spark.hadoopConfiguration(), root);
    for (Optional<Trial> next = queue.next(); next.isPresent(); next = queue.next()) {
      Trial trial = next.get();
      forgetFailure(trial, begun);
      watch.started(trial);
      Optional<TrialFailure> failure = Optional.empty();
      try {
        new TrainJob(
                spark,
                trial.experiment(),
                data.training().location(),
                Optional.of(data.test().location()),
                RunOptions.watchedBy(data.watch()))
            .run(
                trial.folder(root),
                Progress.SILENT,
                new Epochs(
                    line -> watch.epoch(trial, MetricsJson.read(line)),
                    new Pause(trial.epochs(), trial.experiment().train().epochs())));
      } catch (Pause.ReachedException e) {
        LOG.info("Trial {} pauses after {} epochs", trial.name(), trial.epochs());
      } catch (Exception e) {
        // Of Spark's there are checked ones that it does not declare.
        if (e instanceof InterruptedException interrupted) {
          throw interrupted;
        }
        requireSpark(e);
        LOG.info("Trial {} failed", trial.name(), e);
        failure = Optional.of(new TrialFailure(reason(e), isResult(e)));
      }
      end(trial, failure, queue, watch);
    }
  }

  /** Without Spark every trial would fail for a reason that is not its own. */
  private void requireSpark(Exception cause) {
    if (spark.sc().isStopped()) {
      throw new SparkStoppedException(cause);
    }
  }

  private void end(Trial trial, Optional<TrialFailure> failure, TrialQueue queue, TrialWatch watch)
      throws IOException {
    if (failure.isPresent()) {
      folder(trial).writeFailure(failure.get().reason());
    }
    queue.ended(trial, failure);
    watch.ended(trial, failure);
  }

  private TrialFolder folder(Trial trial) {
    return new TrialFolder(spark.hadoopConfiguration(), trial.folder(root));
  }

  private static boolean isResult(Exception e) {
    return e instanceof DivergedException || e instanceof UnmetSettingsException;
  }

  /** What went wrong, in one line. */
  static String reason(Exception e) {
    // Spark tells of a failed task in its own words and appends the executor's stack trace.
    boolean task = ExceptionUtils.indexOfType(e, SparkException.class) >= 0;
    Throwable told =
        !task
            ? e
            : ExceptionUtils.getThrowableList(e).stream()
                .filter(cause -> cause.getClass().getName().startsWith(OURS))
                .findFirst()
                .orElseGet(() -> ExceptionUtils.getRootCause(e));
    String message = told.getMessage();
    return message == null || message.isBlank()
        ? told.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow().strip();
  }
}
