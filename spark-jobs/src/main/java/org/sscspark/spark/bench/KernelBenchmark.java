package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.lane.FmaPeak;
import org.sscspark.engine.lane.LaneConvolution;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;
import org.sscspark.report.Progress;
import org.sscspark.spark.bench.Interleaved.Timing;

/** The lane engine's 3x3 convolutions on one core, beside the core's peak. */
public final class KernelBenchmark {
  /**
   * One computation of one convolution.
   *
   * @param shape channels and filters @ height and width
   * @param support which weights exist
   * @param pass forward, backward-data or backward-weights
   * @param ofPeak best multiply-add rate over the core's peak in the same rounds
   */
  public record Row(
      String shape,
      String support,
      double density,
      String pass,
      double bestMillis,
      double medianMillis,
      double ofPeak) {}

  /** All rows and the core's peak, in billions of floating-point operations a second. */
  public record Result(double peakGigaflops, int batch, List<Row> rows) {
    /** A table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT, "Peak of one core: %.1f GFLOP/s; batch %d%n", peakGigaflops, batch));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-7s %-16s %6.2f%%  %-16s best %8.3f ms  median %8.3f ms  %3.0f%% of peak%n",
                row.shape,
                row.support,
                100 * row.density,
                row.pass,
                row.bestMillis,
                row.medianMillis,
                100 * row.ofPeak));
      }
      return text.toString();
    }
  }

  /** A convolution's channels, as many as its filters, and the height and width of its images. */
  public record Shape(int channels, int size) {
    // The widest pattern that is measured repeats after so many channels.
    private static final int PERIOD = 16;

    /**
     * Reads {@code CHANNELS@SIZE}.
     *
     * @throws BadInputException if the text is something else, or the patterns do not fit
     */
    public static Shape parse(String text) {
      Matcher matcher = Pattern.compile("(\\d{1,4})@(\\d{1,4})").matcher(text);
      if (matcher.matches()) {
        int channels = Integer.parseInt(matcher.group(1));
        int size = Integer.parseInt(matcher.group(2));
        if (channels > 0 && channels % PERIOD == 0 && size > 0) {
          return new Shape(channels, size);
        }
      }
      throw new BadInputException(
          "Shape %s is not CHANNELS@SIZE with a multiple of %d channels: give one like 64@32"
              .formatted(text, PERIOD));
    }

    @Override
    public String toString() {
      return channels + "@" + size;
    }
  }

  private static final String PEAK = "peak";

  private KernelBenchmark() {}

  /**
   * Measures.
   *
   * @param seconds for each shape
   */
  public static Result run(List<Shape> shapes, int batch, double seconds, Progress progress) {
    List<Row> rows = new ArrayList<>();
    double peak = 0;
    try (Progress.Stage stage = progress.start("kernels", shapes.size(), "shapes")) {
      for (int i = 0; i < shapes.size(); i++) {
        peak = Math.max(peak, measure(shapes.get(i), batch, seconds, rows));
        stage.at(i + 1, "");
      }
    }
    return new Result(peak, batch, List.copyOf(rows));
  }

  private static double measure(Shape shape, int batch, double seconds, List<Row> rows) {
    int channels = shape.channels;
    int size = shape.size;
    WeightShape weights = new WeightShape(channels, channels, 3, 3);
    Map<String, Support> supports = new LinkedHashMap<>();
    supports.put("ssc-g4-n2", ssc(weights, 4, 2));
    supports.put("ssc-g8-n0", ssc(weights, 8, 0));
    supports.put(
        "unstructured", unstructured(weights, SupportLayout.of(ssc(weights, 4, 2)).kept()));
    supports.put("dense", Support.dense(weights));
    Interleaved rounds = new Interleaved();
    rounds.add(PEAK, FmaPeak::run);
    Map<String, LaneConvolution> convolutions = new LinkedHashMap<>();
    supports.forEach(
        (name, support) -> {
          Op.Convolution op = new Op.Convolution("conv", "input", support, 1, 1, false);
          LaneConvolution convolution =
              new LaneConvolution(op, new FeatureShape(channels, size, size), batch);
          convolutions.put(name, convolution);
          rounds.add(name + " forward", convolution::forward);
          rounds.add(name + " backward-data", convolution::backwardInput);
          rounds.add(name + " backward-weights", convolution::backwardWeights);
        });
    Map<String, Timing> timings = rounds.run(seconds);
    double peak = rate(FmaPeak.multiplyAdds(), timings.get(PEAK));
    convolutions.forEach(
        (name, convolution) -> {
          for (String pass : List.of("forward", "backward-data", "backward-weights")) {
            Timing timing = timings.get(name + " " + pass);
            rows.add(
                new Row(
                    shape.toString(),
                    name,
                    SupportLayout.of(supports.get(name)).density(),
                    pass,
                    timing.bestMillis(),
                    timing.medianMillis(),
                    rate(convolution.multiplyAdds(), timing) / peak));
          }
          convolution.close();
        });
    return peak;
  }

  private static double rate(long multiplyAdds, Timing timing) {
    return 2e-6 * multiplyAdds / timing.bestMillis();
  }

  private static Support ssc(WeightShape shape, int g, int points) {
    List<KernelType> slots = new ArrayList<>(Collections.nCopies(2 * g, KernelType.ZERO));
    slots.set(0, KernelType.ODD);
    slots.set(g, KernelType.EVEN);
    for (int i = 0; i < points; i++) {
      slots.set(1 + 2 * i, KernelType.POINT);
    }
    return new Support.Patterned(shape, new SscPattern(slots, 1, 0, 1, 1));
  }

  private static Support unstructured(WeightShape shape, int kept) {
    RandomStream random = RandomStream.of(0, Purpose.SYNTHETIC_IMAGE);
    BitSet bits = new BitSet(shape.size());
    for (int left = kept; left > 0; ) {
      int bit = random.nextInt(shape.size());
      if (!bits.get(bit)) {
        bits.set(bit);
        left--;
      }
    }
    return new Support.Explicit(shape, bits);
  }
}
