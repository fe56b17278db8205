package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Search SEARCH =
      Simulation.minimize(
          Space.builder().uniform("x", 0, 1).build(), new SuccessiveHalving(1, 3), 60, 3);

  /** Promotions, and trials that fail. */
  private static List<Event> events() {
    List<Event> events = new ArrayList<>();
    History history = History.EMPTY;
    while (SEARCH.next(history) instanceof Job job) {
      Event end =
          job.trial() % 7 == 3
              ? new Event.Failure(job.trial(), job.epochs(), "broken")
              : new Event.Result(
                  job.trial(), job.epochs(), Simulation.number(job.point(), "x") / job.epochs());
      history = history.plus(job).plus(end);
      events.addAll(List.of(job, end));
    }
    return events;
  }

  private static void requireSame(History history, List<Event> events) {
    List<Job> jobs = events.stream().filter(Job.class::isInstance).map(Job.class::cast).toList();
    SortedMap<Integer, Job> running = new TreeMap<>();
    SortedMap<Integer, Event> last = new TreeMap<>();
    SortedMap<Integer, Integer> epochs = new TreeMap<>();
    for (Event event : events) {
      epochs.merge(event.trial(), event.epochs(), Math::max);
      if (event instanceof Job job) {
        running.put(job.trial(), job);
      } else {
        running.remove(event.trial());
        last.put(event.trial(), event);
      }
    }
    assertThat(history.events()).isEqualTo(events);
    assertThat(history.trials()).isEqualTo(epochs.size());
    assertThat(history.running()).isEqualTo(List.copyOf(running.values()));
    assertThat(history.last()).isEqualTo(last);
    assertThat(history.epochs())
        .isEqualTo(epochs.values().stream().mapToInt(Integer::intValue).sum());
    for (int rung : List.of(1, 3, 9)) {
      assertThat(history.results(rung))
          .isEqualTo(
              events.stream()
                  .filter(event -> event instanceof Event.Result && event.epochs() == rung)
                  .toList());
    }
    epochs.forEach(
        (trial, most) -> {
          assertThat(history.point(trial))
              .isEqualTo(jobs.stream().filter(j -> j.trial() == trial).findFirst().get().point());
          assertThat(history.wentBeyond(trial, most)).isFalse();
          assertThat(history.wentBeyond(trial, most - 1)).isTrue();
        });
  }

  /** Kind: versions that share what they hold, of which one is changed through another. */
  @Test
  void everyHistoryStaysWhatItWasWhateverIsAdded() {
    List<Event> events = events();
    List<History> histories = new ArrayList<>(List.of(History.EMPTY));
    for (Event event : events) {
      History before = histories.get(histories.size() - 1);
      History unused = before.plus(other(event));
      histories.add(before.plus(event));
    }
    assertThat(events.size()).isGreaterThan(100);
    for (int i = 0; i <= events.size(); i++) {
      requireSame(histories.get(i), events.subList(0, i));
      requireSame(History.of(events.subList(0, i)), events.subList(0, i));
    }
  }

  /** Something else that could have happened. */
  private static Event other(Event event) {
    return event instanceof Job job
        ? new Job(job.trial(), Point.of(Map.of("x", "2")), job.epochs() + 1)
        : new Event.Failure(event.trial(), event.epochs(), "otherwise");
  }

  @Test
  void nobodyCanChangeWhatHappened() {
    List<Event> given = new ArrayList<>(events());
    History history = History.of(given);
    List<Event> before = List.copyOf(given);
    given.clear();
    assertThat(history.events()).isEqualTo(before);
    assertThatThrownBy(() -> history.events().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> history.last().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> history.running().add(null))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** Kind: the places where a tree becomes one level higher. */
  @Test
  void aListGrowsPastEveryLevelOfItsTree() {
    SharedList<Integer> list = new SharedList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 33_000; i++) {
      list = list.plus(i);
      expected.add(i);
    }
    assertThat(list).isEqualTo(expected);
    SharedList<Integer> changed = list;
    for (int index : List.of(0, 31, 32, 1023, 1024, 32_767, 32_768, 32_999)) {
      changed = changed.with(index, -index - 1);
      expected.set(index, -index - 1);
    }
    assertThat(changed).isEqualTo(expected);
    assertThat(list.get(1024)).isEqualTo(1024);
  }
}
