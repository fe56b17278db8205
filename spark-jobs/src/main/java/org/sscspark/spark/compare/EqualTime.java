package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.sscspark.pruning.Method.Time;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.Prose;
import org.sscspark.report.Table;

/**
 * How a comparison at equal training time came to its epochs.
 *
 * @param times that were measured
 * @param lines in the order of the comparison's table
 */
record EqualTime(TimedSteps times, List<Line> lines) {
  /**
   * A row of the comparison.
   *
   * @param epochs it has
   * @param seconds of training that they take by the time of a step
   * @param budget seconds that there are for them
   */
  record Line(CellKey key, StepTime step, int epochs, double seconds, double budget) {}

  private static final Field<Line, String> METHOD =
      Field.word("method", "method", line -> line.key().label());

  private static final Field<Line, Double> DENSITY =
      Field.number("askedDensity", "asked", line -> line.key().density(), Words::asked);

  private static final Field<Line, Double> STEP =
      Field.number("stepSeconds", "step, ms", line -> line.step().seconds(), StepTime::millis);

  /** People see both ends in it. */
  private static final Field<Line, Double> LOW =
      Field.of(
          "lowerQuartile",
          "quartiles, ms",
          FieldType.NUMBER,
          line -> Optional.of(line.step().low()),
          line -> line.step().quartiles());

  private static final Field<Line, Double> HIGH =
      Field.number("upperQuartile", "to", line -> line.step().high(), StepTime::millis);

  private static final Field<Line, Long> EPOCHS =
      Field.formatted(
          "epochs",
          "epochs",
          FieldType.COUNT,
          line -> Optional.of((long) line.epochs()),
          Figures::count);

  private static final Field<Line, Double> SECONDS =
      Field.number(
          "seconds", "training s", line -> line.seconds(), value -> Figures.fixed(value, 1));

  private static final Field<Line, Double> BUDGET =
      Field.number("budget", "of s", line -> line.budget(), value -> Figures.fixed(value, 1));

  private static final Fields<Line> TABLE =
      Fields.of(METHOD, DENSITY, STEP, LOW, EPOCHS, SECONDS, BUDGET);

  private static final Fields<Line> DOCUMENT =
      Fields.of(METHOD, DENSITY, STEP, LOW, HIGH, EPOCHS, SECONDS, BUDGET);

  EqualTime {
    lines = List.copyOf(lines);
  }

  /** That of a comparison; empty if something else is equal. */
  static Optional<EqualTime> of(ComparisonPlan plan) {
    return plan.timeBudget()
        .map(
            budget ->
                new EqualTime(
                    budget.times(), plan.cells().stream().map(key -> line(budget, key)).toList()));
  }

  private static Line line(TimeBudget budget, CellKey key) {
    int epochs = budget.epochs(key);
    return new Line(
        key,
        budget.times().find(TimeBudget.timed(key)).orElseThrow(),
        epochs,
        budget.seconds(key, epochs),
        budget.seconds(key.density()));
  }

  Table table() {
    return TABLE.table(lines);
  }

  Section section() {
    return Section.of(
        "Time of a step",
        table(),
        new Prose(
            "Measured before the first trial of a row, on "
                + times.machine()
                + ": the median and the quartiles of %s turns, in each of which every network took"
                    .formatted(StepTimer.TURNS)
                + " %s steps of its own training after %s others. A step is forward, backward and"
                    .formatted(StepTimer.STEPS, StepTimer.STEPS)
                + " update of one minibatch, without waiting for images. From it follow the epochs:"
                + " as many whole ones as fit into the budget, one at least. Rows that were added"
                + " to others were timed with ssc once more, in turns, and have the time that they"
                + " would have had beside its first. Nothing else ran meanwhile; trials run side by"
                + " side, so their own seconds are longer."
                + (lines.stream().anyMatch(line -> line.key().method().denseShare() > 0)
                    ? " Of a method that prunes trained weights, the step is that of the network"
                        + " that it would leave of initial ones; its epochs with all weights count"
                        + " at the dense network's."
                    : "")
                + (lines.stream().anyMatch(line -> line.key().method().time() == Time.THROUGHOUT)
                    ? " A support that moves has the step of the network that it begins with;"
                        + " gradients of all weights count at the dense network's."
                    : "")));
  }

  /** For other programs. */
  ObjectNode json() {
    ObjectNode json = times.json();
    json.set("rows", DOCUMENT.json(lines));
    return json;
  }
}
