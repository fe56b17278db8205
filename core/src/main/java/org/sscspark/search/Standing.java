package org.sscspark.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where a trial stands.
 *
 * @param epochs after which it was scored last; 0 if never
 * @param score the latest, if there is one
 * @param state what becomes of it
 * @param reason why it failed; empty if it did not
 */
public record Standing(
    int trial, Point point, int epochs, Optional<Double> score, State state, String reason) {
  /** What becomes of a trial. */
  public enum State {
    /** Trained to its last epoch. */
    COMPLETE,
    /** Scored, and not trained further so far. */
    PAUSED,
    /** Being trained. */
    RUNNING,
    /** Over, without the result asked for. */
    FAILED
  }

  /**
   * All trials, the best first: complete ones by their scores, however many epochs each had, for a
   * search that varies epochs asks which number is best; then those under way or paused, those
   * scored after more epochs before others, because what a trial will come to cannot be told from
   * scores at different distances from its end; of equals the earlier trial. Failed trials are
   * last.
   */
  public static List<Standing> leaderboard(Search search, History history) {
    List<Standing> standings = new ArrayList<>();
    for (Event event : history.events()) {
      if (event.trial() == standings.size()) {
        standings.add(begun(event.trial(), history.point(event.trial())));
      } else {
        standings.set(event.trial(), standings.get(event.trial()).after(event, search));
      }
    }
    Comparator<Double> scores = search.objective().bestFirst();
    standings.sort(
        Comparator.comparing((Standing standing) -> standing.state == State.FAILED)
            .thenComparing(standing -> standing.state != State.COMPLETE)
            .thenComparing(
                standing -> standing.state == State.COMPLETE ? 0 : standing.epochs,
                Comparator.reverseOrder())
            .thenComparing(
                (a, b) ->
                    a.score.isEmpty() || b.score.isEmpty()
                        ? 0
                        : scores.compare(a.score.get(), b.score.get()))
            .thenComparing(Standing::trial));
    return standings;
  }

  private static Standing begun(int trial, Point point) {
    return new Standing(trial, point, 0, Optional.empty(), State.RUNNING, "");
  }

  private Standing after(Event event, Search search) {
    if (event instanceof Event.Failure failure) {
      return new Standing(trial, point, epochs, score, State.FAILED, failure.reason());
    }
    if (event instanceof Event.Result result) {
      int trained = result.epochs();
      State now = trained < search.epochs(point) ? State.PAUSED : State.COMPLETE;
      return new Standing(trial, point, trained, Optional.of(result.score()), now, reason);
    }
    return new Standing(trial, point, epochs, score, State.RUNNING, reason);
  }
}
