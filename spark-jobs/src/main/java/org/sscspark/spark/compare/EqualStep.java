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
  private static final double MILLIS = 1000;

  private static final Field<SolvedStep, String> METHOD =
      Field.word("method", "method", line -> line.key().label());

  private static final Field<SolvedStep, Double> ASKED =
      number("askedDensity", "ssc at", line -> line.key().density(), Words::asked);

  private static final Field<SolvedStep, Double> DENSITY =
      number("density", "density", SolvedStep::density, Figures::percent);

  private static final Field<SolvedStep, Double> STEP =
      number("stepSeconds", "step, ms", line -> line.own().seconds(), EqualStep::millis);

  private static final Field<SolvedStep, Double> SSC =
      number("sscSeconds", "ssc, ms", line -> line.ssc().seconds(), EqualStep::millis);

  private static final Field<SolvedStep, Double> EXCESS =
      number("excess", "longer by", SolvedStep::excess, excess -> Words.points(excess) + " %");

  private static final Field<SolvedStep, Double> TOLERANCE =
      number("tolerance", "may be", SolvedStep::tolerance, Figures::percent);

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
            "Measured once, before the first trial, on "
                + times.machine()
                + ": medians of %d turns, in each of which ssc and every method whose density was not"
                    .formatted(StepTimer.TURNS)
                + " settled took %d steps of its own training after %d others. A step is forward,"
                    .formatted(StepTimer.STEPS, StepTimer.STEPS)
                + " backward and update of one minibatch, without waiting for images. A density is"
                + " taken when its step and ssc's differ by no more than half of what their quartiles"
                + " are apart, and no more than 5 %; 1 % is always near enough. Trials run side by"
                + " side, so their own seconds are longer."));
  }

  /** For other programs. */
  ObjectNode json() {
    ObjectNode json = times.json();
    json.set("rows", DOCUMENT.json(lines));
    return json;
  }

  private static String millis(double seconds) {
    return Figures.fixed(MILLIS * seconds, 2);
  }

  private static Field<SolvedStep, Double> number(
      String name,
      String title,
      Function<SolvedStep, Double> value,
      Function<Double, String> format) {
    return Field.formatted(
        name, title, FieldType.NUMBER, line -> Optional.of(value.apply(line)), format);
  }

  /** People see both ends in it. */
  private static Field<SolvedStep, Double> quartiles(
      String title, Function<SolvedStep, StepTime> time) {
    return Field.of(
        title,
        title,
        FieldType.NUMBER,
        line -> Optional.of(time.apply(line).low()),
        line -> millis(time.apply(line).low()) + " to " + millis(time.apply(line).high()));
  }
}
