package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.config.BadInputException;
import org.sscspark.search.Event.Failure;
import org.sscspark.search.Event.Result;

class SearchTest {
  private static final Space PLANE =
      Space.builder().uniform("x", -1, 1).uniform("y", -1, 1).build();

  private static double bowl(Job job) {
    double x = Simulation.number(job.point(), "x");
    double y = Simulation.number(job.point(), "y");
    return x * x + y * y + 1.0 / job.epochs();
  }

  private static List<Strategy> strategies() {
    return List.of(
        new RandomSearch(),
        new SobolSearch(),
        new SuccessiveHalving(1, 3),
        new ParzenSearch(5, 0.15, 24, 3));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void everyDecisionFollowsFromTheHistoryBeforeIt(Strategy strategy) {
    Search search = Simulation.minimize(PLANE, strategy, 30, 7);
    History whole = Simulation.run(search, 3, 11, SearchTest::bowl);
    assertThat(whole.trials()).isEqualTo(30);
    for (int i = 0; i < whole.events().size(); i++) {
      if (whole.events().get(i) instanceof Job job) {
        assertThat(search.next(History.of(whole.events().subList(0, i)))).isEqualTo(job);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aLargerBudgetGoesOnFromWhereASmallerOneEnded(Strategy strategy) {
    Search small = Simulation.minimize(PLANE, strategy, 12, 7);
    Search large = Simulation.minimize(PLANE, strategy, 20, 7);
    History ended = Simulation.run(small, 1, 3, SearchTest::bowl);
    History extended = Simulation.goOn(large, ended, 1, 4, SearchTest::bowl);
    assertThat(extended.events()).startsWith(ended.events().toArray(Event[]::new));
    assertThat(extended.trials()).isEqualTo(20);
    assertThat(extended.running()).isEmpty();
    if (!(strategy instanceof SuccessiveHalving)) {
      assertThat(extended.events())
          .isEqualTo(Simulation.run(large, 1, 5, SearchTest::bowl).events());
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void theOrderInWhichJobsEndChangesNoPoint(Strategy strategy) {
    if (strategy instanceof SuccessiveHalving) {
      return; // It is asynchronous: its history records the order.
    }
    Search search = Simulation.minimize(PLANE, strategy, 30, 7);
    History one = Simulation.run(search, 3, 1, SearchTest::bowl);
    History other = Simulation.run(search, 3, 2, SearchTest::bowl);
    assertThat(one.events()).isNotEqualTo(other.events());
    assertThat(Standing.leaderboard(search, one)).isEqualTo(Standing.leaderboard(search, other));
  }

  @Test
  void sobolSpreadsEveryKeyEvenly() {
    Search search = Simulation.minimize(PLANE, new SobolSearch(), 64, 1);
    History history = Simulation.run(search, 1, 1, job -> 0);
    for (String key : PLANE.keys()) {
      double[] values =
          IntStream.range(0, 64)
              .mapToDouble(trial -> Simulation.number(history.point(trial), key))
              .sorted()
              .toArray();
      for (int i = 1; i < 64; i++) {
        assertThat(values[i] - values[i - 1]).isCloseTo(2 / 64.0, within(2e-4));
      }
    }
    assertThat(point(new SobolSearch(), 1)).isNotEqualTo(point(new SobolSearch(), 2));
  }

  private static Suggestion point(Strategy strategy, long seed) {
    return Simulation.minimize(PLANE, strategy, 64, seed).next(History.EMPTY);
  }

  @Test
  void aGridIsGoneThroughOnceWithoutABudget() {
    Space space = Space.builder().choice("a", 1, 2).integers("b", 1, 3).build();
    Search search =
        new Search(
            space,
            SearchObjective.minimize("f"),
            new GridSearch(),
            new Budget(Optional.empty(), Optional.empty(), Optional.empty()),
            4,
            1);
    History history = Simulation.run(search, 4, 1, job -> 0);
    assertThat(IntStream.range(0, history.trials()).mapToObj(i -> history.point(i).toString()))
        .containsExactly("a=1, b=1", "a=1, b=2", "a=1, b=3", "a=2, b=1", "a=2, b=2", "a=2, b=3");
    assertThat(history.epochs()).isEqualTo(24);
  }

  /**
   * Kind: what takes longer for each trial the more there were; were the grid made for each, or the
   * history or the board gone through anew, this would take most of an hour.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void manyTrialsTakeNoLongerEachThanFew() {
    int trials = 20_000;
    Space space = Space.builder().integers("a", 1, 200).integers("b", 1, 100).build();
    Search search = Simulation.minimize(space, new GridSearch(), trials, 1);
    History history = History.EMPTY;
    for (int trial = 0; trial < trials; trial++) {
      Job job = (Job) search.next(history);
      history = history.plus(job).plus(new Result(trial, job.epochs(), trials - trial));
    }
    assertThat(history.point(trials - 1)).hasToString("a=200, b=100");
    assertThat(Standing.leaderboard(search, history))
        .extracting(Standing::trial)
        .isEqualTo(IntStream.range(0, trials).map(i -> trials - 1 - i).boxed().toList());
  }

  @Test
  void theEpochsOfAllTrialsStayWithinTheBudget() {
    Search search =
        new Search(
            PLANE,
            SearchObjective.minimize("f"),
            new SuccessiveHalving(1, 3),
            Budget.epochs(50),
            9,
            1);
    History history = Simulation.run(search, 2, 1, SearchTest::bowl);
    assertThat(history.epochs()).isBetween(45, 50);
    assertThat(history.running()).isEmpty();
  }

  @Test
  void theSpaceMaySetTheEpochsOfATrial() {
    Space space = Space.builder().choice("train.epochs", 2, 5).build();
    Search search = Simulation.minimize(space, new GridSearch(), 9, 1);
    History history = Simulation.run(search, 1, 1, job -> job.epochs());
    assertThat(history.epochs()).isEqualTo(7);
    assertThat(Standing.leaderboard(search, history))
        .extracting(Standing::state)
        .containsOnly(Standing.State.COMPLETE);
  }

  /** Kind: a table kept up event by event beside what events, searched for each trial, say. */
  @ParameterizedTest
  @MethodSource("strategies")
  void aStandingIsWhatTheEventsOfItsTrialSay(Strategy strategy) {
    Search search = Simulation.minimize(PLANE, strategy, 30, 7);
    List<Event> events = new ArrayList<>(Simulation.run(search, 3, 11, SearchTest::bowl).events());
    for (int i = 0; i < events.size(); i++) {
      boolean last = i >= events.size() - 10;
      if (last && events.get(i) instanceof Result result && result.trial() % 2 == 0) {
        events.set(i, new Failure(result.trial(), result.epochs(), "broken " + i));
      }
    }
    for (int most = 0; most <= events.size(); most++) {
      List<Event> some = events.subList(0, most);
      assertThat(Standing.leaderboard(search, History.of(some)))
          .containsExactlyInAnyOrderElementsOf(standings(search, some));
    }
  }

  private static List<Standing> standings(Search search, List<Event> events) {
    int trials = events.stream().mapToInt(event -> event.trial() + 1).max().orElse(0);
    return IntStream.range(0, trials).mapToObj(trial -> standing(search, events, trial)).toList();
  }

  private static Standing standing(Search search, List<Event> events, int trial) {
    List<Event> own = events.stream().filter(event -> event.trial() == trial).toList();
    Point point = ((Job) own.get(0)).point();
    Optional<Result> result =
        own.stream().filter(Result.class::isInstance).map(Result.class::cast).reduce((a, b) -> b);
    Event last = own.get(own.size() - 1);
    int epochs = result.map(Result::epochs).orElse(0);
    Standing.State state;
    if (last instanceof Failure) {
      state = Standing.State.FAILED;
    } else if (last instanceof Job) {
      state = Standing.State.RUNNING;
    } else {
      state = epochs == search.epochs() ? Standing.State.COMPLETE : Standing.State.PAUSED;
    }
    String reason =
        own.stream()
            .filter(Failure.class::isInstance)
            .map(event -> ((Failure) event).reason())
            .reduce("", (a, b) -> b);
    return new Standing(trial, point, epochs, result.map(Result::score), state, reason);
  }

  /** Trials that end after different numbers of epochs are rivals; how long they took is a cost. */
  @Test
  void completeTrialsAreRankedByTheirScoresHoweverLongTheyAre() {
    Space space = Space.builder().choice("train.epochs", 10, 5, 20).build();
    Search search = Simulation.minimize(space, new GridSearch(), 9, 1);
    Point ten = Point.of(Map.of("train.epochs", "10"));
    Point five = Point.of(Map.of("train.epochs", "5"));
    Point twenty = Point.of(Map.of("train.epochs", "20"));
    History history =
        History.of(
            List.of(
                new Job(0, ten, 10),
                new Job(1, five, 5),
                new Job(2, twenty, 20),
                new Job(3, five, 5),
                new Result(0, 10, 0.9),
                new Result(1, 5, 0.4),
                new Result(3, 5, 0.95)));
    assertThat(Standing.leaderboard(search, history))
        .extracting(Standing::trial)
        .containsExactly(1, 0, 3, 2);
  }

  /** A trial that was paused late may have any score, but is no whole trial. */
  @Test
  void whatIsCompleteComesBeforeWhatIsNot() {
    Space space = Space.builder().choice("train.epochs", 5, 9).build();
    Search search = Simulation.minimize(space, new GridSearch(), 9, 1);
    Point nine = Point.of(Map.of("train.epochs", "9"));
    Point five = Point.of(Map.of("train.epochs", "5"));
    History history =
        History.of(
            List.of(
                new Job(0, nine, 7),
                new Result(0, 7, 0.1),
                new Job(1, five, 5),
                new Result(1, 5, 0.8),
                new Job(2, nine, 8),
                new Result(2, 8, 0.2)));
    assertThat(Standing.leaderboard(search, history))
        .extracting(Standing::trial)
        .containsExactly(1, 2, 0);
  }

  @Test
  void unfinishedTrialsAreComparedAfterEqualEpochsOnly() {
    Search search = Simulation.minimize(PLANE, new SuccessiveHalving(3, 3), 9, 1);
    Point point = Point.of(Map.of());
    History history =
        History.of(
            List.of(
                new Job(0, point, 3),
                new Job(1, point, 3),
                new Job(2, point, 3),
                new Job(3, point, 3),
                new Result(0, 3, 0.1),
                new Result(1, 3, 0.3),
                new Job(1, point, 9),
                new Failure(2, 3, "no"),
                new Result(1, 9, 0.2)));
    List<Standing> board = Standing.leaderboard(search, history);
    assertThat(board).extracting(Standing::trial).containsExactly(1, 0, 3, 2);
    assertThat(board)
        .extracting(Standing::state)
        .containsExactly(
            Standing.State.COMPLETE,
            Standing.State.PAUSED,
            Standing.State.RUNNING,
            Standing.State.FAILED);
  }

  @Test
  void aHistoryThatCannotHaveHappenedIsRefused() {
    Point point = Point.of(Map.of());
    assertThatThrownBy(() -> History.of(List.of(new Result(0, 3, 0.1))))
        .hasMessageContaining("cannot be followed by Result[trial=0, epochs=3");
    assertThatThrownBy(() -> History.of(List.of(new Job(1, point, 3))))
        .hasMessageContaining("cannot be followed by Job[trial=1");
    assertThatThrownBy(
            () ->
                History.of(
                    List.of(new Job(0, point, 3), new Result(0, 3, 1), new Job(0, point, 3))))
        .hasMessageContaining("cannot be followed by Job[trial=0");
  }

  @Test
  void whatWouldNeverEndOrCannotBeginIsBadInput() {
    SearchObjective objective = SearchObjective.minimize("f");
    Budget none = new Budget(Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> new Search(PLANE, objective, new RandomSearch(), none, 9, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Budget is unlimited; give one of trials, epochs and wall-time");
    assertThatThrownBy(() -> Budget.trials(0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("trials = 0 must be positive");
    assertThatThrownBy(() -> Simulation.minimize(PLANE, new GridSearch(), 9, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Space, key x: a grid needs to know");
    assertThatThrownBy(() -> Simulation.minimize(PLANE, new SuccessiveHalving(9, 3), 9, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("min-epochs = 9 must be below the 9 epochs of a trial");
    assertThatThrownBy(() -> new SuccessiveHalving(1, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("eta = 1 must be at least 2");
    assertThatThrownBy(() -> new ParzenSearch(10, 1, 24, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("gamma = 1.0 must be in (0, 1)");
  }

  /** Kind: trials of equal settings, which have equal bits and bring nothing. */
  @ParameterizedTest
  @MethodSource("strategies")
  void noPointIsTriedTwiceAndASmallSpaceIsGoneThroughOnce(Strategy strategy) {
    Space space =
        Space.builder()
            .choice("a", 1, 2)
            .integers("b", 1, 3)
            .when("a", 1)
            .logIntegers("c", 1, 2)
            .build();
    Search search = Simulation.minimize(space, strategy, 100, 7);
    History whole = Simulation.run(search, 3, 11, job -> job.point().toString().length());
    assertThat(IntStream.range(0, whole.trials()).mapToObj(whole::point))
        .doesNotHaveDuplicates()
        .hasSize(8);
    assertThat(search.next(whole)).isEqualTo(Suggestion.None.DONE);
    for (int i = 0; i < whole.events().size(); i++) {
      if (whole.events().get(i) instanceof Job job) {
        assertThat(search.next(History.of(whole.events().subList(0, i)))).isEqualTo(job);
      }
    }
  }
}
