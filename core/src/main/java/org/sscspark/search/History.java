package org.sscspark.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What happened in a search so far. Immutable. */
public final class History {
  /** Nothing happened. */
  public static final History EMPTY = new History(List.of());

  private final List<Event> events;
  private final SortedMap<Integer, Job> running = new TreeMap<>();
  private final List<Job> starts = new ArrayList<>();
  private final SortedMap<Integer, Event> last = new TreeMap<>();
  private int epochs;

  private History(List<Event> events) {
    this.events = events;
    SortedMap<Integer, Integer> begun = new TreeMap<>();
    for (Event event : events) {
      if (event instanceof Job job) {
        if (job.trial() == starts.size()) {
          starts.add(job);
        }
        require(job.trial() < starts.size() && !running.containsKey(job.trial()), event);
        int before = begun.getOrDefault(job.trial(), 0);
        require(job.epochs() > before, event);
        epochs += job.epochs() - before;
        begun.put(job.trial(), job.epochs());
        running.put(job.trial(), job);
      } else {
        Job job = running.remove(event.trial());
        require(job != null && job.epochs() == event.epochs(), event);
        last.put(event.trial(), event);
      }
    }
  }

  private static void require(boolean follows, Event event) {
    if (!follows) {
      throw new IllegalArgumentException("The history so far cannot be followed by " + event);
    }
  }

  /**
   * A history of these events.
   *
   * @throws IllegalArgumentException if the end of a job was never begun, or the other way round
   */
  public static History of(List<Event> events) {
    return new History(List.copyOf(events));
  }

  /** This history and one event more. */
  public History plus(Event event) {
    List<Event> more = new ArrayList<>(events);
    more.add(event);
    return new History(Collections.unmodifiableList(more));
  }

  /** All that happened, in order. */
  public List<Event> events() {
    return events;
  }

  /** How many trials were started. */
  public int trials() {
    return starts.size();
  }

  /** What a trial tries. */
  public Point point(int trial) {
    return starts.get(trial).point();
  }

  /** Epochs trained or being trained, over all trials; those of a failed job count. */
  public int epochs() {
    return epochs;
  }

  /** Jobs that have not ended, by trial. */
  public List<Job> running() {
    return List.copyOf(running.values());
  }

  /** The latest result or failure of each trial that has one. */
  public SortedMap<Integer, Event> last() {
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
    return events.stream()
        .anyMatch(
            event -> event instanceof Job job && job.trial() == trial && job.epochs() > thanEpochs);
  }
}
