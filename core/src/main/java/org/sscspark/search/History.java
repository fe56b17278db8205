package org.sscspark.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened in a search so far. Immutable; one event more takes little, however many it has.
 */
public final class History {
  /** Nothing happened. */
  public static final History EMPTY = new History(new SharedList<>(), new SharedList<>(), 0);

  /**
   * The jobs of a trial.
   *
   * @param latest which is under way, or the last to end
   * @param last result or failure of the latest job that has one
   */
  private record Jobs(Job first, Job latest, boolean underWay, Optional<Event> last) {}

  private final SharedList<Event> events;
  private final SharedList<Jobs> trials;
  private final int epochs;

  private History(SharedList<Event> events, SharedList<Jobs> trials, int epochs) {
    this.events = events;
    this.trials = trials;
    this.epochs = epochs;
  }

  /**
   * A history of these events.
   *
   * @throws IllegalArgumentException if the end of a job was never begun, or the other way round
   */
  public static History of(List<Event> events) {
    History history = EMPTY;
    for (Event event : events) {
      history = history.plus(event);
    }
    return history;
  }

  /**
   * This history and one event more.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public History plus(Event event) {
    return event instanceof Job job ? begun(job) : ended(event);
  }

  private History begun(Job job) {
    int trial = job.trial();
    if (trial == trials.size()) {
      require(job.epochs() > 0, job);
      Jobs jobs = new Jobs(job, job, /* underWay= */ true, Optional.empty());
      return new History(events.plus(job), trials.plus(jobs), epochs + job.epochs());
    }
    Jobs before = jobs(job);
    int more = job.epochs() - before.latest.epochs();
    require(!before.underWay && more > 0, job);
    Jobs jobs = new Jobs(before.first, job, /* underWay= */ true, before.last);
    return new History(events.plus(job), trials.with(trial, jobs), epochs + more);
  }

  private History ended(Event event) {
    Jobs before = jobs(event);
    require(before.underWay && before.latest.epochs() == event.epochs(), event);
    Jobs jobs = new Jobs(before.first, before.latest, /* underWay= */ false, Optional.of(event));
    return new History(events.plus(event), trials.with(event.trial(), jobs), epochs);
  }

  private Jobs jobs(Event event) {
    require(event.trial() >= 0 && event.trial() < trials.size(), event);
    return trials.get(event.trial());
  }

  private static void require(boolean follows, Event event) {
    if (!follows) {
      throw new IllegalArgumentException("The history so far cannot be followed by " + event);
    }
  }

  /** All that happened, in order. */
  public List<Event> events() {
    return events;
  }

  /** How many trials were started. */
  public int trials() {
    return trials.size();
  }

  /** What a trial tries. */
  public Point point(int trial) {
    return trials.get(trial).first.point();
  }

  /** Epochs trained or being trained, over all trials; those of a failed job count. */
  public int epochs() {
    return epochs;
  }

  /** Jobs that have not ended, by trial. */
  public List<Job> running() {
    return trials.stream().filter(Jobs::underWay).map(Jobs::latest).toList();
  }

  /** The latest result or failure of each trial that has one. */
  public SortedMap<Integer, Event> last() {
    SortedMap<Integer, Event> last = new TreeMap<>();
    for (Jobs jobs : trials) {
      jobs.last.ifPresent(event -> last.put(event.trial(), event));
    }
    return Collections.unmodifiableSortedMap(last);
  }

  /** The results after exactly this many epochs, in the order in which they came. */
  public List<Event.Result> results(int afterEpochs) {
    List<Event.Result> results = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Event.Result result && result.epochs() == afterEpochs) {
        results.add(result);
      }
    }
    return results;
  }

  /** Whether a job of the trial went beyond this many epochs. */
  boolean wentBeyond(int trial, int thanEpochs) {
    return trials.get(trial).latest.epochs() > thanEpochs;
  }
}
