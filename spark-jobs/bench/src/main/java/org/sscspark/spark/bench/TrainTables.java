package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.bench.TrainBenchmark.Result;
import org.sscspark.spark.bench.TrainBenchmark.Row;

/** What a benchmark of training steps found, for a terminal. */
final class TrainTables {
  private static final double MEGABYTE = 1 << 20;

  private TrainTables() {}

  static String text(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%s x%s, batch %d, threads %d; speed-ups are of medians against %s%n%n",
            result.model(), result.width(), result.batch(), result.threads(), result.reference()));
    text.append(steps(result).text());
    if (result.pyTorchBytes() != null) {
      text.append(
          format(
              "%nPyTorch %s; its process grew by %.1f MiB for a step%n",
              result.pyTorch(), result.pyTorchBytes() / MEGABYTE));
    } else if (result.pyTorch() != null) {
      text.append("\n").append(result.pyTorch()).append("\n");
    }
    result.inside().forEach(profile -> append(text, profile));
    return text.toString();
  }

  private static Table steps(Result result) {
    List<List<String>> cells = new ArrayList<>();
    for (Row row : result.rows()) {
      cells.add(
          List.of(
              row.engine(),
              row.network(),
              format("%.2f%%", 100 * row.density()),
              format("%,d", row.weights()),
              format("%.2f", row.bestMillis()),
              format("%.2f", row.medianMillis()),
              Integer.toString(row.samples()),
              format("%.1f", row.bestImagesPerSecond()),
              format("%.1f", row.imagesPerSecond()),
              format("%.2fx", row.speedUp())));
    }
    return new Table(
        List.of(
            Column.text("engine"),
            Column.text("network"),
            Column.number("density"),
            Column.number("weights"),
            Column.number("best ms"),
            Column.number("median ms"),
            Column.number("samples"),
            Column.number("best images/s"),
            Column.number("median images/s"),
            Column.number("speed-up")),
        cells);
  }

  private static void append(StringBuilder text, StepProfile profile) {
    text.append(
        format(
            "%nA step of the lane engine, %s %.2f%%: %.1f MiB of buffers; the process allocates %.0f bytes"
                + " a step, and %.0f in the same time without one%n",
            profile.network(),
            100 * profile.density(),
            profile.replicaBytes() / MEGABYTE,
            profile.allocatedBytes(),
            profile.idleBytes()));
    List<List<String>> cells = new ArrayList<>();
    for (StepProfile.Part part : profile.parts()) {
      cells.add(
          List.of(
              part.kind(),
              part.pass(),
              format("%.3f", part.millis()),
              format("%.1f%%", 100 * part.share())));
    }
    text.append(
        new Table(
                List.of(
                    Column.text("operator"),
                    Column.text("pass"),
                    Column.number("median ms"),
                    Column.number("share")),
                cells,
                List.of("step", "", format("%.3f", profile.stepMillis()), "100.0%"))
            .text());
    InputPipeline input = profile.input();
    if (input != null) {
      text.append(
          format(
              "Input pipeline: %.3f ms to prepare a minibatch (%.1f%% of a step),"
                  + " %.3f ms waited for it (%.1f%%)%n",
              input.prepareMillis(),
              100 * input.prepareShare(),
              input.waitMillis(),
              100 * input.waitShare()));
    }
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
