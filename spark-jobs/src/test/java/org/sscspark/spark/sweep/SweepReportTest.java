package org.sscspark.spark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sscspark.search.Budget;
import org.sscspark.search.Event;
import org.sscspark.search.History;
import org.sscspark.search.Importance;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.search.RandomSearch;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.Space;
import org.sscspark.search.Standing;
import org.sscspark.spark.train.Experiments;
import org.sscspark.training.MetricsJson;

class SweepReportTest {
  private static SweepResult result(
      Space space, Map<Integer, List<JsonNode>> curves, Event... events) {
    Sweep sweep =
        Sweep.of(
            Experiments.tiny("train.epochs=9", "averaging.workers=1"),
            space,
            SearchObjective.maximize("validation-accuracy"),
            new RandomSearch(),
            Budget.trials(2));
    History history = History.of(List.of(events));
    return new SweepResult(
        sweep,
        URI.create("file:/sweep"),
        new TreeMap<>(),
        history,
        Standing.leaderboard(sweep.search(), history),
        Importance.of(space, history),
        new TreeMap<>(curves),
        new TreeMap<>(),
        1);
  }

  private static String page(SweepResult result) {
    return new SweepReport(result).page().html();
  }

  /** Two trials with scores. */
  private static SweepResult scored(Space space) {
    List<Event> events = new ArrayList<>();
    for (int trial = 0; trial < 2; trial++) {
      Point point = space.grid(2).get(trial);
      int epochs = point.value("train.epochs").map(Integer::parseInt).orElse(9);
      events.add(new Job(trial, point, epochs));
      events.add(new Event.Result(trial, epochs, 0.25 * (2 - trial)));
    }
    return result(space, Map.of(), events.toArray(Event[]::new));
  }

  @Test
  void aTrialHasNoLengthWhereLengthsAreSearched() {
    assertThat(page(scored(Space.builder().choice("train.epochs", 5, 7).build())))
        .contains("trial 0, 5 epochs", "trials differ in train.epochs", "own last epoch")
        .doesNotContain("a whole trial has", "the fewest epochs");
    assertThat(page(scored(Space.builder().choice("density", 0.5, 0.25).build())))
        .contains("a whole trial has 9", "the fewest epochs");
  }

  /** Kind: what cannot be told is said to be zero. */
  @Test
  void whatTooFewTrialsCannotTellIsADash() {
    SweepResult result = scored(Space.builder().choice("density", 0.5, 0.25).build());
    assertThat(page(result))
        .contains("<td>density</td><td class=\"number\">-</td>")
        .contains(">-</text>", "A dash means too few trials to tell.")
        .doesNotContain(">0.00 %<", ">0 %<");
    assertThat(result.json().path("importance").get(0).has("share")).isFalse();
  }

  private static JsonNode epoch(int epoch) {
    return MetricsJson.read(
        "{\"epoch\": " + epoch + ", \"evaluation\": {\"accuracy\": 0.5, \"loss\": 1}}");
  }

  private static List<Event> failed(int trial, double density) {
    Point point = Point.of(Map.of("density", Double.toString(density)));
    return List.of(new Job(trial, point, 9), new Event.Failure(trial, 9, "broken " + trial));
  }

  /** Kind: a legend of what is not drawn. */
  @Test
  void trialsWithoutEpochsHaveNoCurve() {
    Space space = Space.builder().uniform("density", 0.1, 1).build();
    List<Event> events = new ArrayList<>(failed(0, 0.25));
    events.add(new Job(1, Point.of(Map.of("density", "0.5")), 9));
    events.add(new Event.Result(1, 9, 0.5));
    Event[] all = events.toArray(Event[]::new);
    assertThat(page(result(space, Map.of(0, List.of(), 1, List.of(epoch(1), epoch(2))), all)))
        .contains(">trial 1</text>")
        .doesNotContain(">other trials</text>");
    assertThat(page(result(space, Map.of(0, List.of(epoch(1)), 1, List.of(epoch(1))), all)))
        .contains(">other trials</text>", "other trials: 1, 50.00 %");
    assertThat(page(result(space, Map.of(0, List.of(), 1, List.of()), all)))
        .doesNotContain("Learning curves", "Nothing measured");
  }

  /** Kind: what was planned told as done. */
  @Test
  void epochsAreThoseThatWereTrained() {
    Space space = Space.builder().uniform("density", 0.1, 1).build();
    List<Event> events = new ArrayList<>(failed(0, 0.25));
    events.addAll(failed(1, 0.5));
    events.add(new Job(2, Point.of(Map.of("density", "0.75")), 9));
    events.add(new Event.Result(2, 9, 0.5));
    SweepResult result =
        result(space, Map.of(0, List.of(epoch(1), epoch(2))), events.toArray(Event[]::new));
    assertThat(result.epochs()).isEqualTo(11);
    assertThat(result.json().path("epochs").asInt()).isEqualTo(11);
    assertThat(page(result))
        .contains("<span class=\"label\">epochs</span><span class=\"value\">11</span>");
  }

  /** Kind: a list that ends as if it were whole. */
  @Test
  void aListOfFailuresThatEndsSaysSo() {
    Space space = Space.builder().uniform("density", 0.1, 1).build();
    List<Event> events = new ArrayList<>();
    for (int trial = 0; trial < 20; trial++) {
      events.addAll(failed(trial, 0.5));
    }
    assertThat(page(result(space, Map.of(), events.toArray(Event[]::new))))
        .contains("broken 19")
        .doesNotContain("The first");
    events.addAll(failed(20, 0.5));
    assertThat(page(result(space, Map.of(), events.toArray(Event[]::new))))
        .containsSubsequence("Best trials", "The first 20 of 21", "Failed trials", "The first 20")
        .doesNotContain("broken 20<");
  }

  /**
   * Kind: a setting listed beside the values that were searched for it, or missing where it holds.
   */
  @Test
  void whatIsSearchedIsListedOnce() {
    Space space =
        Space.builder()
            .choice("train.optimizer", "{ type = nesterov }", "{ type = adam }")
            .choice("method", "ssc", "dense")
            .choice("density", 0.5, 0.25)
            .when("method", "ssc")
            .build();
    String settings = page(result(space, Map.of())).replaceFirst("(?s)^.*What was searched", "");
    assertThat(settings)
        .contains("density = ", "train.batch = ")
        .doesNotContain("train.optimizer.type = ", "method = ");
  }
}
