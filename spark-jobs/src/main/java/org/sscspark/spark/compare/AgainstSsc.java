package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sscspark.pruning.Method;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.spark.compare.PairedDifference.Verdict;

/**
 * The other methods' last epochs against SSC's at the same density, seed by seed.
 *
 * @param lines in the order of the comparison's table; empty if it holds no SSC
 */
record AgainstSsc(List<Line> lines) {
  /** The accuracy of a method, or of a variant of SSC, minus SSC's. */
  record Line(String method, double density, PairedDifference difference) {}

  private static final Field<Line, String> METHOD = Field.word("method", "method", Line::method);

  private static final Field<Line, Double> DENSITY =
      Field.formatted(
          "askedDensity",
          "density",
          FieldType.NUMBER,
          line -> Optional.of(line.density()),
          Words::asked);

  private static final Field<Line, Long> PAIRS =
      Field.formatted(
          "pairs",
          "seeds",
          FieldType.COUNT,
          line -> Optional.of((long) line.difference().pairs()),
          Figures::count);

  private static final Field<Line, Double> MEAN =
      Field.<Line, Double>formatted(
              "mean",
              "points against ssc",
              FieldType.NUMBER,
              line -> known(line.difference().mean()),
              Words::points)
          .withCsvName("difference_mean");

  /** People see both ends in it. */
  private static final Field<Line, Double> LOW =
      Field.<Line, Double>of(
              "low",
              "95 % interval",
              FieldType.NUMBER,
              line -> known(line.difference().low()),
              line -> Words.interval(line.difference()))
          .withCsvName("difference_low");

  private static final Field<Line, Double> HIGH =
      Field.<Line, Double>formatted(
              "high",
              "to",
              FieldType.NUMBER,
              line -> known(line.difference().high()),
              Words::points)
          .withCsvName("difference_high");

  private static final Field<Line, String> VERDICT =
      Field.word(
          "verdict",
          "verdict",
          line -> line.difference().hasInterval() ? words(line.difference().verdict()) : "");

  private static final Fields<Line> TABLE = Fields.of(METHOD, DENSITY, MEAN, LOW, PAIRS, VERDICT);
  private static final Fields<Line> RESULTS = Fields.of(METHOD, DENSITY, PAIRS, MEAN, LOW, HIGH);

  AgainstSsc {
    lines = List.copyOf(lines);
  }

  static AgainstSsc of(Comparison comparison) {
    List<Line> lines = new ArrayList<>();
    for (double density : comparison.plan().settings().densities()) {
      Optional<Cell> ssc = comparison.find(Method.SSC, density);
      if (ssc.isEmpty()) {
        continue;
      }
      for (Cell cell : comparison.beside(density)) {
        if (!cell.key().isSsc()) {
          lines.add(new Line(cell.key().label(), density, cell.against(ssc.get())));
        }
      }
    }
    return new AgainstSsc(lines);
  }

  /** What each density's intervals allow to say, and no more. */
  List<String> sentences() {
    return lines.stream().map(Line::density).distinct().map(this::sentence).toList();
  }

  private String sentence(double density) {
    List<Line> here =
        lines.stream()
            .filter(line -> line.density() == density && line.difference().pairs() > 0)
            .toList();
    String at = "At " + Words.asked(density) + ": ";
    if (here.stream().allMatch(line -> line.difference().pairs() == 1)) {
      return at + "fewer than two seeds are done with SSC and another method, so nothing is said.";
    }
    List<String> said = new ArrayList<>();
    names(here, line -> is(line, Verdict.BEHIND))
        .ifPresent(names -> said.add("ssc is ahead of " + names));
    names(here, line -> is(line, Verdict.AHEAD))
        .ifPresent(names -> said.add("ssc is behind " + names));
    names(here, line -> is(line, Verdict.UNDECIDED))
        .ifPresent(names -> said.add("no difference is shown between ssc and " + names));
    names(here, line -> line.difference().pairs() == 1)
        .ifPresent(
            names -> said.add("one seed only is done with ssc and " + names + ": nothing is said"));
    names(here, line -> line.difference().pairs() > 1 && !line.difference().hasInterval())
        .ifPresent(
            names ->
                said.add(
                    "all seeds differ alike between ssc and "
                        + names
                        + ", which gives no interval: nothing is said"));
    return at + String.join("; ", said) + ".";
  }

  private static boolean is(Line line, Verdict verdict) {
    return line.difference().hasInterval() && line.difference().verdict() == verdict;
  }

  private static Optional<String> names(List<Line> lines, Predicate<Line> which) {
    String names = lines.stream().filter(which).map(Line::method).collect(Collectors.joining(", "));
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case AHEAD -> "ahead of ssc";
      case BEHIND -> "behind ssc";
      case UNDECIDED -> "no difference shown";
    };
  }

  private static Optional<Double> known(double value) {
    return Double.isNaN(value) ? Optional.empty() : Optional.of(value);
  }

  /** For people: points of accuracy. */
  Table table() {
    return TABLE.table(lines);
  }

  /** For other programs: shares, not points. */
  String csv() {
    return RESULTS.csv(lines);
  }

  /** For other programs: shares, not points. */
  ArrayNode json() {
    return RESULTS.json(lines);
  }
}
