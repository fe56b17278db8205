package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.bench.TrainBenchmark.Peer;
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
    result.peers().forEach(peer -> append(text, peer));
    result.inside().forEach(profile -> append(text, profile));
    return text.toString();
  }

  private static void append(StringBuilder text, Peer peer) {
    if (peer.missing() != null) {
      text.append("\n").append(peer.missing()).append("\n");
      return;
    }
    text.append(
        format(
            "%n%s %s; its process grew by %.1f MiB for a step; its first loss is the lane engine's within"
                + " %.1e%n",
            peer.name(), peer.version(), peer.stepBytes() / MEGABYTE, peer.lossDifference()));
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
            "%nA step of engine %s, %s %.2f%%: %.1f MiB of buffers; the process allocates %.0f bytes"
                + " a step, and %.0f in the same time without one%n",
            TrainBenchmark.name(profile.storage()),
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
              format("%.1f%%", 100 * part.share()),
              megabytes(part.bytes()),
              part.bytes() == 0 ? "" : format("%.1f", part.gigabytesPerSecond()),
              part.bytes() == 0 ? "" : share(part.gigabytesPerSecond() / profile.bandwidth())));
    }
    double stepRate = profile.bytes() / profile.stepMillis() / 1e6;
    text.append(
        new Table(
                List.of(
                    Column.text("operator"),
                    Column.text("pass"),
                    Column.number("median ms"),
                    Column.number("share"),
                    Column.number("planned MB"),
                    Column.number("GB/s"),
                    Column.number("of memory's")),
                cells,
                List.of(
                    "step",
                    "",
                    format("%.3f", profile.stepMillis()),
                    "100.0%",
                    megabytes(profile.bytes()),
                    format("%.1f", stepRate),
                    share(stepRate / profile.bandwidth())))
            .text());
    text.append(
        format(
            "In turns with these steps, one core moves %.1f GB/s to and from memory%n",
            profile.bandwidth()));
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

  private static String megabytes(long bytes) {
    return bytes == 0 ? "" : format("%.3f", bytes / 1e6);
  }

  private static String share(double ratio) {
    return format("%.0f%%", 100 * ratio);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
