package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportanceTest {
  private static History history(List<Point> points, double... scores) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      events.add(new Job(i, points.get(i), 1));
      events.add(new Event.Result(i, 1, scores[i]));
    }
    return History.of(events);
  }

  private static Point point(String a, String b) {
    return Point.of(Map.of("a", a, "b", b));
  }

  /** Different points of these values. */
  private static List<Point> points(String... values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> point(values[i], Integer.toString(i)))
        .toList();
  }

  @Test
  void theShareIsOmegaSquaredOfTheGroups() {
    Space space = Space.builder().choice("a", 1, 2).build();
    List<Point> points = points("1", "1", "2", "2");
    // Means 2 and 6, mean of all 4: between 16, within 2 + 2 = 4 of 2 degrees of freedom.
    // (16 - 1 * 2) / (20 + 2) = 7 / 11.
    List<Importance> found = Importance.of(space, history(points, 1, 3, 5, 7));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).share().orElseThrow()).isCloseTo(7 / 11.0, within(1e-12));
    // Ranks 1.5, 1.5, 3.5, 3.5 against 1, 2, 3, 4: 4 / sqrt(4 * 5).
    assertThat(found.get(0).correlation().orElseThrow()).isCloseTo(2 / Math.sqrt(5), within(1e-12));
    assertThat(Importance.of(space, history(points, 2, 2, 2, 2)).get(0).share()).contains(0.0);
  }

  @Test
  void choicesOfNumbersAreOrderedBySizeAndOthersAreNot() {
    OneOf numbers = new OneOf(List.of("20", "1000", "5"));
    assertThat(numbers.shownAt("5")).isLessThan(numbers.shownAt("20"));
    assertThat(numbers.shownAt("20")).isLessThan(numbers.shownAt("1000"));
    OneOf words = new OneOf(List.of("ssc", "dense"));
    assertThat(words.shownAt("ssc")).isEqualTo(words.position("ssc"));

    Space space = Space.builder().choice("a", 20, 1000, 5).choice("b", "ssc", "dense").build();
    List<Point> points =
        List.of("5", "20", "1000").stream()
            .map(value -> Point.of(Map.of("a", value, "b", "ssc")))
            .toList();
    List<Importance> found = Importance.of(space, history(points, 1, 2, 3));
    assertThat(found.get(0).correlation()).contains(1.0);
    assertThat(found.get(1).correlation()).isEmpty();
  }

  @Test
  void aKeyThatMattersComesBeforeOneThatDoesNot() {
    Space space =
        Space.builder()
            .uniform("noise", 0, 1)
            .logUniform("rate", 1e-3, 1)
            .choice("kind", "a", "b")
            .build();
    Search search = Simulation.minimize(space, new RandomSearch(), 80, 5);
    History history =
        Simulation.run(
            search,
            1,
            1,
            job ->
                Math.log10(Simulation.number(job.point(), "rate"))
                    + (job.point().value("kind").orElseThrow().equals("a") ? 0.6 : 0));
    List<Importance> found = Importance.of(space, history);
    assertThat(found).extracting(Importance::key).containsExactly("rate", "kind", "noise");
    assertThat(found.get(0).share().orElseThrow()).isBetween(0.7, 0.95);
    assertThat(found.get(0).correlation().orElseThrow()).isBetween(0.85, 1.0);
    assertThat(found.get(2).share().orElseThrow()).isLessThan(0.1);
  }

  @Test
  void aKeyUnderAConditionIsJudgedByTheTrialsThatHaveIt() {
    Space space =
        Space.builder().choice("kind", "a", "b").uniform("x", 0, 1).when("kind", "a").build();
    Search search = Simulation.minimize(space, new RandomSearch(), 40, 5);
    History history =
        Simulation.run(
            search,
            1,
            1,
            job -> job.point().value("x").map(text -> -Double.parseDouble(text)).orElse(100.0));
    Importance x =
        Importance.of(space, history).stream()
            .filter(i -> i.key().equals("x"))
            .findFirst()
            .orElseThrow();
    // Without x there is one point only, and no point is tried twice.
    assertThat(x.trials()).isEqualTo(39);
    assertThat(x.share().orElseThrow()).isGreaterThan(0.7);
    assertThat(x.correlation().orElseThrow()).isCloseTo(-1, within(1e-9));
  }

  /** Of no epochs at all does every trial have a score there. */
  @Test
  void trialsOfDifferentLengthsAreJudgedByTheirLastScores() {
    Space space =
        Space.builder()
            .choice("train.epochs", 5, 10)
            .choice("a", 1, 2)
            .uniform("noise", 0, 1)
            .build();
    Search search = Simulation.minimize(space, new RandomSearch(), 40, 5);
    History history =
        Simulation.run(
            search,
            1,
            1,
            job ->
                Simulation.number(job.point(), "a")
                    + 10 * Simulation.number(job.point(), Search.EPOCHS));
    List<Importance> found = Importance.of(space, history);
    assertThat(found).extracting(Importance::trials).containsOnly(40);
    assertThat(found.get(0).key()).isEqualTo("train.epochs");
    assertThat(found.get(0).share().orElseThrow()).isGreaterThan(0.9);
    assertThat(found.get(0).correlation().orElseThrow()).isGreaterThan(0.8);
  }

  /** Kind: what cannot be told is said to be zero. */
  @Test
  void ofTooFewTrialsNothingIsTold() {
    Space space = Space.builder().uniform("a", 0, 1).choice("b", 1, 2).build();
    assertThat(Importance.of(space, History.EMPTY))
        .containsExactly(
            new Importance("a", Optional.empty(), Optional.empty(), 0),
            new Importance("b", Optional.empty(), Optional.empty(), 0));
    // Groups of a range have three trials at least; those of a choice need one that has two.
    List<Point> four =
        List.of(point("0.1", "1"), point("0.2", "1"), point("0.3", "2"), point("0.4", "2"));
    List<Importance> found = Importance.of(space, history(four, 1, 2, 3, 4));
    assertThat(found).extracting(Importance::key).containsExactly("b", "a");
    assertThat(found.get(0).share()).isPresent();
    assertThat(found.get(1).share()).isEmpty();
    assertThat(Importance.of(space, history(four.subList(1, 3), 1, 2)))
        .extracting(Importance::share)
        .containsOnly(Optional.empty());
  }

  /** Kind: a repetition, which says nothing new, that looks like agreement. */
  @Test
  void equalPointsCountOnce() {
    Space space = Space.builder().choice("a", 1, 2).build();
    Point one = Point.of(Map.of("a", "1"));
    Point two = Point.of(Map.of("a", "2"));
    assertThat(Importance.of(space, history(List.of(one, two, one, two), 1, 3, 1, 3)))
        .containsExactly(new Importance("a", Optional.empty(), Optional.empty(), 2));
  }
}
