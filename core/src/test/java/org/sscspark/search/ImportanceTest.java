package org.sscspark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @Test
  void theShareIsOmegaSquaredOfTheGroups() {
    Space space = Space.builder().choice("a", 1, 2).build();
    List<Point> points =
        List.of("1", "1", "2", "2").stream().map(value -> Point.of(Map.of("a", value))).toList();
    // Means 2 and 6, mean of all 4: between 16, within 2 + 2 = 4 of 2 degrees of freedom.
    // (16 - 1 * 2) / (20 + 2) = 7 / 11.
    List<Importance> found = Importance.of(space, history(points, 1, 3, 5, 7));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).share()).isCloseTo(7 / 11.0, within(1e-12));
    // Ranks 1.5, 1.5, 3.5, 3.5 against 1, 2, 3, 4: 4 / sqrt(4 * 5).
    assertThat(found.get(0).correlation().orElseThrow()).isCloseTo(2 / Math.sqrt(5), within(1e-12));
    assertThat(Importance.of(space, history(points, 2, 2, 2, 2)).get(0).share()).isEqualTo(0);
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
    assertThat(found.get(0).share()).isBetween(0.7, 0.95);
    assertThat(found.get(0).correlation().orElseThrow()).isBetween(0.85, 1.0);
    assertThat(found.get(2).share()).isLessThan(0.1);
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
    assertThat(x.trials()).isBetween(10, 30);
    assertThat(x.share()).isGreaterThan(0.7);
    assertThat(x.correlation().orElseThrow()).isCloseTo(-1, within(1e-9));
  }

  /** Of no epochs at all does every trial have a score there. */
  @Test
  void trialsOfDifferentLengthsAreJudgedByTheirLastScores() {
    Space space = Space.builder().choice("train.epochs", 5, 10).choice("a", 1, 2).build();
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
    assertThat(found.get(0).share()).isGreaterThan(0.9);
    assertThat(found.get(0).correlation().orElseThrow()).isGreaterThan(0.8);
  }

  @Test
  void fewTrialsSayNothing() {
    Space space = Space.builder().uniform("x", 0, 1).build();
    assertThat(Importance.of(space, History.EMPTY))
        .containsExactly(new Importance("x", 0, java.util.Optional.empty(), 0));
  }
}
