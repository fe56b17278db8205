package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sscspark.checkpoint.EpochMetricsFiles;
import org.sscspark.config.BadInputException;
import org.sscspark.search.Event;
import org.sscspark.search.History;
import org.sscspark.search.Job;
import org.sscspark.search.Search;
import org.sscspark.search.Suggestion;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFailure;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialQueue;

/**
 * Feeds trials to the cluster as the search decides, and writes down every decision and result
 * before it acts on them. Jobs that the journal has no end of come first: they were under way when
 * an earlier driver stopped.
 */
final class SweepDriver implements TrialQueue {
  private final Sweep sweep;
  private final SweepFolder folder;
  private final ImageSet training;
  private final ImageSet validation;
  private final Deque<Job> interrupted;
  private final Map<String, Job> running = new HashMap<>();
  private final SortedMap<Integer, String> leftOver = new TreeMap<>();

  /** So many trials were under way at once. */
  private int mostRunning = 1;

  /** So many, the last ones, ended for reasons that are not theirs. */
  private int leftInARow;

  private final double secondsBefore;
  private final long began = System.nanoTime();
  private final List<LoggedEvent> journal;
  private History history;

  SweepDriver(Sweep sweep, SweepFolder folder, ImageSet training, ImageSet validation)
      throws IOException {
    this.sweep = sweep;
    this.folder = folder;
    this.training = training;
    this.validation = validation;
    this.journal = new ArrayList<>(folder.journal());
    this.history = History.of(journal.stream().map(LoggedEvent::event).toList());
    this.secondsBefore = journal.isEmpty() ? 0 : journal.get(journal.size() - 1).seconds();
    this.interrupted = new ArrayDeque<>(history.running());
  }

  /** All that has happened so far. */
  History history() {
    return history;
  }

  /** The same with times, as the folder has it. */
  List<LoggedEvent> journal() {
    return List.copyOf(journal);
  }

  /** What is under way. */
  Job job(Trial trial) {
    return running.get(trial.name());
  }

  /** A job whose settings are refused has failed, also one that is under way to the journal. */
  @Override
  public Optional<Trial> next() {
    for (Optional<Job> job = nextJob(); job.isPresent(); job = nextJob()) {
      try {
        return Optional.of(begin(job.get()));
      } catch (BadInputException e) {
        log(failed(job.get(), e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private Optional<Job> nextJob() {
    if (!interrupted.isEmpty()) {
      return Optional.of(interrupted.remove());
    }
    // Where none can be computed, others would not be either, and a limit of time has many.
    if (leftInARow < mostRunning
        && !isTimeUp()
        && sweep.search().next(history) instanceof Job job) {
      log(job);
      return Optional.of(job);
    }
    return Optional.empty();
  }

  /** Whether the search ended because its space has nothing new, not for its budget. */
  boolean isExhausted() {
    Search search = sweep.search();
    return search.strategy().trials(search.space()).isEmpty()
        && history.running().isEmpty()
        && search.strategy().next(search, history) == Suggestion.None.DONE;
  }

  private Trial begin(Job job) {
    Trial trial = trial(sweep, job, training, validation);
    running.put(trial.name(), job);
    mostRunning = Math.max(mostRunning, running.size());
    return trial;
  }

  /** The trial of a job. */
  static Trial trial(Sweep sweep, Job job, ImageSet training, ImageSet validation) {
    String alias = String.format(Locale.ROOT, "trial-%04d", job.trial());
    return new Trial(alias, sweep.at(job.point()), training, validation).until(job.epochs());
  }

  @Override
  public void ended(Trial trial, Optional<TrialFailure> failure) {
    Job job = running.remove(trial.name());
    if (failure.isEmpty()) {
      scored(job, trial);
    } else if (failure.get().isResult()) {
      logEnd(failed(job, failure.get().reason()));
    } else {
      leave(job, failure.get().reason());
    }
  }

  /** No event: to the journal the job is under way, so the next start tries it again. */
  private void leave(Job job, String reason) {
    leftOver.put(job.trial(), reason);
    leftInARow++;
  }

  /** Trials that could not be computed for reasons that are not theirs, with the reasons. */
  SortedMap<Integer, String> leftOver() {
    return leftOver;
  }

  private void scored(Job job, Trial trial) {
    URI place = trial.folder(folder.location());
    Optional<JsonNode> metrics;
    try {
      metrics = new TrialFolder(folder.configuration(), place).metrics(job.epochs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (metrics.isEmpty()) {
      leave(
          job,
          "%s/%s is lost; restore it, or remove the trial's folder"
              .formatted(place, EpochMetricsFiles.name(job.epochs())));
      return;
    }
    OptionalDouble score = sweep.metric().in(metrics.get());
    logEnd(
        score.isPresent()
            ? new Event.Result(job.trial(), job.epochs(), score.getAsDouble())
            : failed(
                job,
                "there is no %s after epoch %s"
                    .formatted(sweep.search().objective().metric(), job.epochs())));
  }

  private static Event failed(Job job, String reason) {
    return new Event.Failure(job.trial(), job.epochs(), reason);
  }

  private void logEnd(Event end) {
    leftInARow = 0;
    log(end);
  }

  private void log(Event event) {
    LoggedEvent logged = new LoggedEvent(event, seconds());
    try {
      folder.append(journal.size(), logged);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    journal.add(logged);
    history = history.plus(event);
  }

  /** How long the sweep has run, over all its starts. */
  double seconds() {
    return secondsBefore + 1e-9 * (System.nanoTime() - began);
  }

  /** How long trials may still be begun, if that is limited. */
  Optional<Duration> timeLeft() {
    return sweep
        .search()
        .budget()
        .wallTime()
        .map(most -> most.minusNanos(Math.round(1e9 * seconds())))
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }

  private boolean isTimeUp() {
    return timeLeft().filter(Duration::isZero).isPresent();
  }
}
