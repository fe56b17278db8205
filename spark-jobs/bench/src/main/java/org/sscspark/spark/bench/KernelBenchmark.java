package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.lane.FmaPeak;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.bench.Interleaved.Timing;

/** 3x3 convolutions on one core: the lane engine's and oneDNN's, beside the core's peak. */
public final class KernelBenchmark {
  /**
   * One computation of one convolution.
   *
   * @param shape channels and filters @ height and width
   * @param kernel who computes what
   * @param density kept weights over those of the dense 3x3 convolution
   * @param gigaflops of the best time
   * @param ofPeak that over the core's peak
   */
  public record Row(
      String shape,
      String kernel,
      double density,
      Pass pass,
      double bestMillis,
      double medianMillis,
      double gigaflops,
      double ofPeak) {
    private Row besidePeak(double peak) {
      return new Row(
          shape, kernel, density, pass, bestMillis, medianMillis, gigaflops, gigaflops / peak);
    }
  }

  /**
   * Forward and backward of one convolution together: the sums of its passes.
   *
   * @param speedUp best times against the dense convolution of oneDNN in its own layout; null where
   *     that is missing
   * @param medianSpeedUp the same of medians
   */
  public record Total(
      String shape,
      String kernel,
      double density,
      double bestMillis,
      double medianMillis,
      Double speedUp,
      Double medianSpeedUp) {}

  /**
   * All rows and the core's peak.
   *
   * @param peakGigaflops billions of floating-point operations a second
   * @param cold whether other kernels ran between two runs of one
   * @param oneDnn the version of the library in its own layout; null if it is missing
   */
  public record Result(
      double peakGigaflops,
      int batch,
      boolean cold,
      String oneDnn,
      List<Row> rows,
      List<Total> totals) {
    /** Tables. */
    public String text() {
      return KernelTables.text(this);
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
          "Shape %s is not CHANNELS@SIZE with a multiple of %s channels: give one like 64@32"
              .formatted(text, PERIOD));
    }

    @Override
    public String toString() {
      return channels + "@" + size;
    }
  }

  /** The kernel that others are compared with. */
  static final String REFERENCE = "oneDNN dense, own layout";

  private static final String PEAK = "peak";

  private final int batch;
  private final double seconds;
  private final boolean cold;
  private final Optional<String> oneDnn;
  private final List<Row> rows = new ArrayList<>();
  private final List<Total> totals = new ArrayList<>();
  private double peak;

  private KernelBenchmark(int batch, double seconds, boolean cold, Optional<String> oneDnn) {
    this.batch = batch;
    this.seconds = seconds;
    this.cold = cold;
    this.oneDnn = oneDnn;
  }

  /**
   * Measures.
   *
   * @param seconds for each shape
   * @param cold whether each sample is a single run, after all other kernels' ones; else it is
   *     several in a row
   */
  public static Result run(
      List<Shape> shapes, int batch, double seconds, boolean cold, Progress progress) {
    KernelBenchmark benchmark = new KernelBenchmark(batch, seconds, cold, OneDnnKernel.version());
    try (Progress.Stage stage = progress.start("kernels", shapes.size(), "shapes")) {
      for (int i = 0; i < shapes.size(); i++) {
        benchmark.measure(shapes.get(i));
        stage.at(i + 1, "");
      }
    }
    return new Result(
        benchmark.peak,
        batch,
        cold,
        benchmark.oneDnn.orElse(null),
        benchmark.rows.stream().map(row -> row.besidePeak(benchmark.peak)).toList(),
        List.copyOf(benchmark.totals));
  }

  private Map<String, Supplier<Kernel>> kernels(Shape shape) {
    int channels = shape.channels;
    int size = shape.size;
    WeightShape weights = new WeightShape(channels, channels, 3, 3);
    Support wide = ssc(weights, 4, 2);
    Support narrow = ssc(weights, 8, 0);
    Map<String, Supplier<Kernel>> kernels = new LinkedHashMap<>();
    kernels.put("SSC g=4 n=2", () -> new LaneKernel(wide, size, batch));
    kernels.put("SSC g=8 n=0", () -> new LaneKernel(narrow, size, batch));
    kernels.put("unstructured like g=4", () -> unstructured(wide, size));
    kernels.put("unstructured like g=8", () -> unstructured(narrow, size));
    kernels.put("dense", () -> new LaneKernel(Support.dense(weights), size, batch));
    kernels.put("ND4J conv2d", () -> new Nd4jKernel(weights, size, batch));
    if (oneDnn.isPresent()) {
      kernels.put(REFERENCE, () -> new OneDnnKernel(channels, 1, 3, size, batch));
      kernels.put("oneDNN 8 groups", () -> new OneDnnKernel(channels, 8, 3, size, batch));
      kernels.put("oneDNN 16 groups", () -> new OneDnnKernel(channels, 16, 3, size, batch));
      kernels.put("oneDNN depthwise + pointwise", () -> separable(channels, 1, size));
      kernels.put("oneDNN depthwise + 2 groups", () -> separable(channels, 2, size));
    }
    return kernels;
  }

  private Kernel unstructured(Support like, int size) {
    int kept = SupportLayout.of(like).kept();
    return new LaneKernel(RandomSupport.of(like.shape(), kept, 0), size, batch);
  }

  private Kernel separable(int channels, int groups, int size) {
    return new KernelSequence(
        List.of(
            new OneDnnKernel(channels, channels, 3, size, batch),
            new OneDnnKernel(channels, groups, 1, size, batch)));
  }

  private void measure(Shape shape) {
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    try {
      kernels(shape).forEach((name, supplier) -> kernels.put(name, supplier.get()));
      Interleaved rounds = new Interleaved();
      rounds.add(PEAK, FmaPeak::run);
      kernels.forEach(
          (name, kernel) ->
              kernel.passes().forEach((pass, work) -> add(rounds, key(name, pass), work)));
      record(shape, kernels, rounds.run(seconds));
    } finally {
      kernels.values().forEach(Kernel::close);
    }
  }

  private void add(Interleaved rounds, String name, Runnable work) {
    if (cold) {
      rounds.add(name, work);
    } else {
      rounds.addRepeated(name, work);
    }
  }

  private static String key(String kernel, Pass pass) {
    return kernel + ": " + pass;
  }

  private void record(Shape shape, Map<String, Kernel> kernels, Map<String, Timing> timings) {
    peak = Math.max(peak, rate(FmaPeak.multiplyAdds(), timings.get(PEAK)));
    double dense = 9.0 * shape.channels * shape.channels;
    kernels.forEach(
        (name, kernel) -> {
          double density = kernel.weights() / dense;
          kernel
              .passes()
              .keySet()
              .forEach(
                  pass -> {
                    Timing timing = timings.get(key(name, pass));
                    long work = kernel.multiplyAdds() * (pass == Pass.BACKWARD ? 2 : 1);
                    rows.add(
                        new Row(
                            shape.toString(),
                            name,
                            density,
                            pass,
                            timing.bestMillis(),
                            timing.medianMillis(),
                            rate(work, timing),
                            0));
                  });
          double best = sum(name, kernel, timings, Timing::bestMillis);
          double median = sum(name, kernel, timings, Timing::medianMillis);
          Kernel reference = kernels.get(REFERENCE);
          totals.add(
              new Total(
                  shape.toString(),
                  name,
                  density,
                  best,
                  median,
                  reference == null
                      ? null
                      : sum(REFERENCE, reference, timings, Timing::bestMillis) / best,
                  reference == null
                      ? null
                      : sum(REFERENCE, reference, timings, Timing::medianMillis) / median));
        });
  }

  private static double sum(
      String name, Kernel kernel, Map<String, Timing> timings, ToDoubleFunction<Timing> millis) {
    return kernel.passes().keySet().stream()
        .mapToDouble(pass -> millis.applyAsDouble(timings.get(key(name, pass))))
        .sum();
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
}
