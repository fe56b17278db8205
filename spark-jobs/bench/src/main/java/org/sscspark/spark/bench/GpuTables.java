package org.sscspark.spark.bench;

import java.util.Locale;
import org.sscspark.spark.bench.GpuBenchmark.Kernels;
import org.sscspark.spark.bench.GpuBenchmark.Result;
import org.sscspark.spark.bench.GpuBenchmark.Row;
import org.sscspark.spark.bench.GpuBenchmark.TorchRow;

/** What a benchmark of a GPU found, for a terminal. */
final class GpuTables {
  private GpuTables() {}

  static String text(Result result) {
    StringBuilder text = new StringBuilder();
    line(text, "%s; batch %d", result.engine(), result.batch());
    line(
        text,
        "Copy %.0f GB/s, float32 multiply-add %.0f GFLOP/s",
        result.gigabytesPerSecond(),
        result.gigaflops());
    result.rows().forEach(row -> text.append(System.lineSeparator()).append(text(row)));
    if (!result.torch().isEmpty()) {
      line(text, "");
      result.torch().forEach(row -> text.append(text(row)));
    }
    return text.toString();
  }

  static String text(Row row) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%-12s %6.2f%% %10d weights %10.0f images/s (%.0f from the host)%s  forward %.3f,"
            + " backward %.3f, update %.3f ms",
        row.network(),
        100 * row.density(),
        row.weights(),
        row.imagesPerSecond(),
        row.fromHostPerSecond(),
        row.overTorch() == 0 ? "" : String.format(Locale.ROOT, "  %.2fx PyTorch", row.overTorch()),
        row.deviceMillis().get(0),
        row.deviceMillis().get(1),
        row.deviceMillis().get(2));
    for (Kernels kernels : row.kernels()) {
      line(
          text,
          "  %-18s %-9s %9.3f ms  %3.0f%% of bandwidth  %3.0f%% of arithmetic",
          kernels.kind(),
          kernels.pass(),
          kernels.millis(),
          100 * kernels.ofBandwidth(),
          100 * kernels.ofArithmetic());
    }
    return text.toString();
  }

  static String text(TorchRow row) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "PyTorch %-12s %-40s %s",
        row.network(),
        row.variant(),
        row.error().isEmpty()
            ? String.format(Locale.ROOT, "%10.0f images/s", row.imagesPerSecond())
            : row.error());
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
  }
}
