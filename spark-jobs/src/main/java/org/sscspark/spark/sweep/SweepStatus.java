package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.search.Standing;
import org.sscspark.search.SuccessiveHalving;

/**
 * How a sweep stands while it runs, in a line for logs and as a table for terminals.
 *
 * @param timeLeft in which trials may still be begun, if that is limited
 * @param running in the order in which they were started
 * @param board all trials, the best first
 */
record SweepStatus(
    Sweep sweep, Optional<Duration> timeLeft, List<Running> running, List<Standing> board) {
  /** A terminal has few lines. */
  private static final int MOST_RUNNING = 8;

  private static final int MOST_BEST = 3;

  SweepStatus {
    running = List.copyOf(running);
    board = List.copyOf(board);
  }

  /**
   * A trial under way.
   *
   * @param epochs that are complete
   * @param score after the last of them
   */
  record Running(Job job, int epochs, OptionalDouble score) {
    /** What an epoch's metrics say, if there are any. */
    static Running of(Job job, Optional<JsonNode> last, Metric metric) {
      return new Running(
          job,
          last.map(epoch -> epoch.path("epoch").asInt()).orElse(0),
          last.map(metric::in).orElse(OptionalDouble.empty()));
    }
  }

  /** For a log: counts, the best so far, what runs. */
  String line() {
    List<String> parts = new ArrayList<>(List.of(counts()));
    best().stream()
        .findFirst()
        .ifPresent(
            one ->
                parts.add(
                    "best %s (trial %s, %s epochs)"
                        .formatted(
                            sweep.score(one.score().orElseThrow()), one.trial(), one.epochs())));
    String now =
        running.stream()
            .limit(MOST_RUNNING)
            .map(one -> one.job().trial() + " at " + epochs(one))
            .collect(Collectors.joining(", "));
    if (!now.isEmpty()) {
      parts.add("running: " + now + more());
    }
    return String.join(", ", parts);
  }

  /** For a terminal: counts, and a table of what runs and of the best so far. */
  List<String> lines() {
    List<List<String>> rows = new ArrayList<>();
    for (Running one : running.subList(0, Math.min(MOST_RUNNING, running.size()))) {
      rows.add(
          row(
              "running",
              one.job().trial(),
              epochs(one),
              one.job().epochs(),
              one.score().isPresent() ? sweep.score(one.score().getAsDouble()) : "",
              one.job().point()));
    }
    for (Standing one : best()) {
      rows.add(
          row(
              "best",
              one.trial(),
              Integer.toString(one.epochs()),
              one.epochs(),
              sweep.score(one.score().orElseThrow()),
              one.point()));
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text(""));
    columns.add(Column.number("trial"));
    columns.add(Column.number("epochs"));
    if (halving().isPresent()) {
      columns.add(Column.number("rung"));
    }
    columns.add(Column.number(sweep.search().objective().metric()));
    sweep.search().space().keys().forEach(key -> columns.add(Column.number(key)));
    List<String> lines = new ArrayList<>(List.of(counts() + more()));
    new Table(columns, rows).text().lines().forEach(lines::add);
    return lines;
  }

  private List<String> row(
      String state, int trial, String epochs, int rung, String score, Point point) {
    List<String> row = new ArrayList<>(List.of(state, Integer.toString(trial), epochs));
    halving()
        .map(halving -> halving.rungs(sweep.search().epochs()))
        .ifPresent(rungs -> row.add(rungs.indexOf(rung) + 1 + "/" + rungs.size()));
    row.add(score);
    sweep.search().space().keys().forEach(key -> row.add(point.value(key).orElse("")));
    return row;
  }

  private Optional<SuccessiveHalving> halving() {
    return sweep.search().strategy() instanceof SuccessiveHalving halving
        ? Optional.of(halving)
        : Optional.empty();
  }

  private static String epochs(Running one) {
    return one.epochs() + "/" + one.job().epochs();
  }

  private String counts() {
    List<String> counts = new ArrayList<>(List.of(board.size() + " trials"));
    count(Standing.State.COMPLETE, "complete").ifPresent(counts::add);
    count(Standing.State.PAUSED, "paused").ifPresent(counts::add);
    count(Standing.State.FAILED, "failed").ifPresent(counts::add);
    timeLeft.ifPresent(left -> counts.add("new ones for " + Figures.time(left)));
    return String.join(", ", counts);
  }

  private Optional<String> count(Standing.State state, String word) {
    long count = board.stream().filter(one -> one.state() == state).count();
    return count == 0 ? Optional.empty() : Optional.of(count + " " + word);
  }

  private String more() {
    return running.size() > MOST_RUNNING
        ? " and %s more under way".formatted(running.size() - MOST_RUNNING)
        : "";
  }

  private List<Standing> best() {
    return board.stream()
        .filter(one -> one.state() != Standing.State.FAILED && one.score().isPresent())
        .limit(MOST_BEST)
        .toList();
  }
}
