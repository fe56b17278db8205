package org.sscspark.search;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Runs searches on functions instead of networks; jobs end in an order of a seed. */
final class Simulation {
  private Simulation() {}

  static Search minimize(Space space, Strategy strategy, int trials, long seed) {
    return new Search(
        space, SearchObjective.minimize("f"), strategy, Budget.trials(trials), 9, seed);
  }

  static History run(Search search, int slots, long order, ToDoubleFunction<Job> score) {
    return goOn(search, History.EMPTY, slots, order, score);
  }

  static History goOn(
      Search search, History start, int slots, long order, ToDoubleFunction<Job> score) {
    RandomStream random = RandomStream.of(order, Purpose.SEARCH);
    History history = start;
    while (true) {
      Suggestion next =
          history.running().size() < slots ? search.next(history) : Suggestion.None.WAIT;
      if (next instanceof Job job) {
        history = history.plus(job);
        continue;
      }
      if (next == Suggestion.None.DONE) {
        return history;
      }
      List<Job> running = history.running();
      Job ended = running.get(random.nextInt(running.size()));
      history =
          history.plus(new Event.Result(ended.trial(), ended.epochs(), score.applyAsDouble(ended)));
    }
  }

  static double number(Point point, String key) {
    return Double.parseDouble(point.value(key).orElseThrow());
  }

  static double best(History history) {
    return history.last().values().stream()
        .mapToDouble(event -> ((Event.Result) event).score())
        .min()
        .orElseThrow();
  }
}
