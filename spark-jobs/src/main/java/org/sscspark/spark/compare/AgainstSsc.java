package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.pruning.Method;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.compare.PairedDifference.Verdict;
import org.sscspark.spark.trial.TrialResult;

/**
 * The other methods' last epochs against SSC's at the same density, seed by seed.
 *
 * @param lines in the order of the comparison's table; empty if it holds no SSC
 */
record AgainstSsc(List<Line> lines) {
  /** A method's accuracy minus SSC's. */
  record Line(Method method, double density, PairedDifference difference) {}

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
      for (Cell cell : comparison.cells()) {
        Method method = cell.key().method();
        boolean beside = method.equals(Method.DENSE) || cell.key().density() == density;
        if (beside && !method.equals(Method.SSC)) {
          PairedDifference difference =
              PairedDifference.of(accuracies(cell), accuracies(ssc.get()));
          lines.add(new Line(method, density, difference));
        }
      }
    }
    return new AgainstSsc(lines);
  }

  /** By seed, in the plan's order; NaN of trials that are not done. */
  private static double[] accuracies(Cell cell) {
    return cell.trials().stream()
        .mapToDouble(one -> one.isDone() ? lastAccuracy(one) : Double.NaN)
        .toArray();
  }

  private static double lastAccuracy(TrialResult trial) {
    return trial.lastAccuracy().orElse(Double.NaN);
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
    String at = "At " + Comparison.asked(density) + ": ";
    if (here.stream().noneMatch(line -> line.difference().hasInterval())) {
      return at + "fewer than two seeds are done with SSC and another method, so nothing is said.";
    }
    List<String> said = new ArrayList<>();
    methods(here, Verdict.BEHIND).ifPresent(names -> said.add("ssc is ahead of " + names));
    methods(here, Verdict.AHEAD).ifPresent(names -> said.add("ssc is behind " + names));
    methods(here, Verdict.UNDECIDED)
        .ifPresent(names -> said.add("no difference is shown between ssc and " + names));
    return at + String.join("; ", said) + ".";
  }

  private static Optional<String> methods(List<Line> lines, Verdict verdict) {
    String names =
        lines.stream()
            .filter(line -> line.difference().verdict() == verdict)
            .map(line -> line.method().name())
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  /** For people: points of accuracy. */
  Table table() {
    return new Table(
        List.of(
            Column.text("method"),
            Column.number("density"),
            Column.number("points against ssc"),
            Column.number("95 % interval"),
            Column.number("seeds"),
            Column.text("so it is")),
        lines.stream().map(AgainstSsc::row).toList());
  }

  private static List<String> row(Line line) {
    PairedDifference difference = line.difference();
    return List.of(
        line.method().name(),
        Comparison.asked(line.density()),
        difference.pairs() > 0 ? points(difference.mean()) : "",
        difference.hasInterval()
            ? points(difference.low()) + " to " + points(difference.high())
            : "",
        Integer.toString(difference.pairs()),
        difference.hasInterval()
            ? switch (difference.verdict()) {
              case AHEAD -> "ahead of ssc";
              case BEHIND -> "behind ssc";
              case UNDECIDED -> "not told apart";
            }
            : "");
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%+.2f", 100 * share);
  }

  /** For other programs: shares, not points. */
  Table csv() {
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      PairedDifference difference = line.difference();
      rows.add(
          List.of(
              line.method().name(),
              Double.toString(line.density()),
              Integer.toString(difference.pairs()),
              known(difference.mean()),
              known(difference.low()),
              known(difference.high())));
    }
    return new Table(
        List.of(
            Column.text("method"),
            Column.number("asked_density"),
            Column.number("pairs"),
            Column.number("difference_mean"),
            Column.number("difference_low"),
            Column.number("difference_high")),
        rows);
  }

  private static String known(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  ArrayNode json() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (Line line : lines) {
      PairedDifference difference = line.difference();
      ObjectNode one =
          json.addObject()
              .put("method", line.method().name())
              .put("askedDensity", line.density())
              .put("pairs", difference.pairs());
      if (difference.pairs() > 0) {
        one.put("mean", difference.mean());
      }
      if (difference.hasInterval()) {
        one.put("low", difference.low()).put("high", difference.high());
      }
    }
    return json;
  }
}
