package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.Prose;
import org.sscspark.report.Table;

/**
 * How a comparison at equal time of a step came to its densities.
 *
 * @param lines in the order of the comparison's table
 */
record EqualStep(TimedSteps times, List<SolvedStep> lines) {
  private static final Field<SolvedStep, String> METHOD =
      Field.word("method", "method", line -> line.key().label());

  private static final Field<SolvedStep, Double> ASKED =
      Field.number("askedDensity", "ssc at", line -> line.key().density(), Words::asked);

  private static final Field<SolvedStep, Double> DENSITY =
      Field.number("density", "density", SolvedStep::density, Figures::percent);

  private static final Field<SolvedStep, Double> STEP =
      Field.number("stepSeconds", "step, ms", line -> line.own().seconds(), StepTime::millis);

  private static final Field<SolvedStep, Double> SSC =
      Field.number("sscSeconds", "ssc, ms", line -> line.ssc().seconds(), StepTime::millis);

  private static final Field<SolvedStep, Double> EXCESS =
      Field.number(
          "excess", "longer by", SolvedStep::excess, excess -> Words.points(excess) + " %");

  private static final Field<SolvedStep, Double> TOLERANCE =
      Field.number("tolerance", "may be", SolvedStep::tolerance, Figures::percent);

  private static final Fields<SolvedStep> TABLE =
      Fields.of(
          METHOD,
          ASKED,
          DENSITY,
          STEP,
          quartiles("quartiles", SolvedStep::own),
          SSC,
          quartiles("its quartiles", SolvedStep::ssc),
          EXCESS,
          TOLERANCE);

  private static final Fields<SolvedStep> DOCUMENT =
      Fields.of(METHOD, ASKED, DENSITY, STEP, SSC, EXCESS, TOLERANCE);

  EqualStep {
    lines = List.copyOf(lines);
  }

  /** That of a comparison; empty if something else is equal, or nothing was measured yet. */
  static Optional<EqualStep> of(ComparisonPlan plan) {
    return plan.stepTimes()
        .map(
            times ->
                new EqualStep(
                    times,
                    plan.cells().stream()
                        .filter(plan::isSolved)
                        .flatMap(key -> times.solved(key).stream())
                        .toList()))
        .filter(steps -> !steps.lines().isEmpty());
  }

  Table table() {
    return TABLE.table(lines);
  }

  Section section() {
    return Section.of(
        "Densities for equal steps",
        table(),
        new Prose(
            "Measured before the first trial of a row, on "
                + times.machine()
                + ": medians of %s turns, in each of which ssc and every method whose density was not"
                    .formatted(StepTimer.TURNS)
                + " settled took %s steps of its own training after %s others. A step is forward,"
                    .formatted(StepTimer.STEPS, StepTimer.STEPS)
                + " backward and update of one minibatch, without waiting for images. A density is"
                + " taken when its step and ssc's differ by no more than half of what their"
                + " quartiles are apart, and no more than 5 %; 1 % is always near enough. Trials"
                + " run side by side, so their own seconds are longer."));
  }

  /** For other programs. */
  ObjectNode json() {
    ObjectNode json = times.json();
    json.set("rows", DOCUMENT.json(lines));
    return json;
  }

  /** People see both ends in it. */
  private static Field<SolvedStep, Double> quartiles(
      String title, Function<SolvedStep, StepTime> time) {
    return Field.of(
        title,
        title,
        FieldType.NUMBER,
        line -> Optional.of(time.apply(line).low()),
        line -> time.apply(line).quartiles());
  }
}
