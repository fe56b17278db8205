package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.bench.KernelBenchmark.Result;
import org.sscspark.spark.bench.KernelBenchmark.Row;
import org.sscspark.spark.bench.KernelBenchmark.Total;

/** What a benchmark of kernels found, for a terminal. */
final class KernelTables {
  private static final String MISSING =
      """
      oneDNN in its own layout is left out. It needs OMP_NUM_THREADS=1 and the jars of
      spark-jobs/bench/target/libraries on the class path; submit/ssc bench sees to both.
      """;

  private KernelTables() {}

  static String text(Result result) {
    String head =
        String.format(
            Locale.ROOT,
            "Peak of one core: %.1f GFLOP/s; batch %d; %s caches; %s%n%n",
            result.peakGigaflops(),
            result.batch(),
            result.cold() ? "cold" : "warm",
            result.oneDnn() == null ? "no oneDNN" : "oneDNN " + result.oneDnn());
    return head
        + shapes(result).text()
        + "\nGeometric means over the shapes:\n"
        + means(result).text()
        + (result.oneDnn() == null ? "\n" + MISSING : "");
  }

  private static Table shapes(Result result) {
    Map<String, List<Row>> rows = grouped(result.rows(), row -> row.shape() + row.kernel());
    List<List<String>> cells = new ArrayList<>();
    for (Total total : result.totals()) {
      List<String> line = new ArrayList<>();
      line.add(total.shape());
      line.add(total.kernel());
      line.add(percent(total.density(), 2));
      List<Row> passes = rows.get(total.shape() + total.kernel());
      line.add(joined(passes.stream().map(row -> millis(row.bestMillis()))));
      line.add(joined(passes.stream().map(row -> millis(row.medianMillis()))));
      line.add(joined(passes.stream().map(row -> percent(row.ofPeak(), 0))));
      line.add(times(total.speedUp()));
      line.add(times(total.medianSpeedUp()));
      cells.add(line);
    }
    return new Table(
        List.of(
            Column.text("shape"),
            Column.text("kernel"),
            Column.number("density"),
            Column.number("best ms: fwd / bwd-data / bwd-weights"),
            Column.number("median ms"),
            Column.number("of peak"),
            Column.number("x oneDNN, best"),
            Column.number("median")),
        cells);
  }

  private static Table means(Result result) {
    Map<String, List<Row>> rows = grouped(result.rows(), Row::kernel);
    Map<String, List<Total>> totals = grouped(result.totals(), Total::kernel);
    List<List<String>> cells = new ArrayList<>();
    totals.forEach(
        (kernel, of) -> {
          Map<String, List<Row>> passes = grouped(rows.get(kernel), row -> row.pass().toString());
          cells.add(
              List.of(
                  kernel,
                  percent(mean(of.stream().map(Total::density)), 2),
                  joined(
                      passes.values().stream()
                          .map(pass -> percent(mean(pass.stream().map(Row::ofPeak)), 0))),
                  times(mean(of.stream().map(Total::speedUp))),
                  times(mean(of.stream().map(Total::medianSpeedUp)))));
        });
    return new Table(
        List.of(
            Column.text("kernel"),
            Column.number("density"),
            Column.number("of peak: fwd / bwd-data / bwd-weights"),
            Column.number("x oneDNN, best"),
            Column.number("median")),
        cells);
  }

  private static <T> Map<String, List<T>> grouped(List<T> all, Function<T, String> key) {
    return all.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  /** The geometric mean, or null if there is nothing. */
  private static Double mean(Stream<Double> values) {
    List<Double> present = values.filter(Objects::nonNull).toList();
    if (present.isEmpty()) {
      return null;
    }
    return StrictMath.exp(present.stream().mapToDouble(StrictMath::log).average().orElseThrow());
  }

  private static String joined(Stream<String> cells) {
    return cells.collect(Collectors.joining(" / "));
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, millis < 1 ? "%.3f" : "%.2f", millis);
  }

  private static String percent(double share, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f%%", 100 * share);
  }

  private static String times(Double ratio) {
    return ratio == null ? "-" : String.format(Locale.ROOT, "%.2fx", ratio);
  }
}
