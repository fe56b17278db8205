package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.Engines;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Replica;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;
import org.sscspark.report.Progress;
import org.sscspark.spark.bench.Interleaved.Timing;

/**
 * Training steps of one network, 32x32 images in ten classes: forward, loss and backward, dense and
 * with SSC at several densities, on every engine.
 */
public final class StepBenchmark {
  /** The step of one engine. Ratios of medians are to the dense network on the ND4J engine. */
  public record Row(
      String network,
      String engine,
      double density,
      int weights,
      double bestMillis,
      double medianMillis,
      double imagesPerSecond,
      double speedUp) {}

  /** All rows. */
  public record Result(int batch, int threads, List<Row> rows) {
    /** A table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(String.format(Locale.ROOT, "Batch %d, threads %d%n", batch, threads));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-12s %-5s %6.2f%% %9d weights  best %9.2f ms  median %9.2f ms  %8.1f images/s"
                    + "  %6.2fx%n",
                row.network,
                row.engine,
                100 * row.density,
                row.weights,
                row.bestMillis,
                row.medianMillis,
                row.imagesPerSecond,
                row.speedUp));
      }
      return text.toString();
    }
  }

  private static final FeatureShape IMAGE = new FeatureShape(3, 32, 32);
  private static final int CLASSES = 10;
  private static final List<String> ENGINES = List.of("nd4j", "lane");

  private StepBenchmark() {}

  /**
   * Measures.
   *
   * @param model a name of the model zoo
   * @param densities of the SSC networks; the dense one is measured too
   * @param seconds in all
   * @throws org.sscspark.config.BadInputException if there is no such model or a density cannot be
   *     met
   */
  public static Result run(
      String model,
      double width,
      List<Double> densities,
      int batch,
      int threads,
      double seconds,
      Progress progress) {
    NetworkSpec dense = ModelZoo.named(model, IMAGE, CLASSES, width);
    Map<Double, NetworkSpec> networks = new LinkedHashMap<>();
    networks.put(1.0, dense);
    for (double density : densities) {
      networks.put(
          density, SscDesign.apply(dense, density, SscSettings.of(DensityProfile.UNIFORM)));
    }
    Interleaved rounds = new Interleaved();
    List<Step> steps = new ArrayList<>();
    try (Progress.Stage stage = progress.start("steps", 1, "comparison")) {
      for (String name : ENGINES) {
        Engine engine = Engines.create(name, threads);
        networks.forEach(
            (density, network) -> steps.add(new Step(engine, network, batch, density)));
      }
      steps.forEach(step -> rounds.add(step.key(), step::run));
      Map<String, Timing> timings = rounds.run(seconds);
      double reference = timings.get(steps.get(0).key()).medianMillis();
      List<Row> rows = new ArrayList<>();
      for (Step step : steps) {
        Timing timing = timings.get(step.key());
        rows.add(
            new Row(
                model,
                step.engine,
                step.density,
                step.replica.layout().weightCount(),
                timing.bestMillis(),
                timing.medianMillis(),
                1000 * batch / timing.medianMillis(),
                reference / timing.medianMillis()));
      }
      stage.at(1, "");
      return new Result(batch, threads, List.copyOf(rows));
    } finally {
      steps.forEach(step -> step.replica.close());
    }
  }

  /** A replica with a minibatch of noise. */
  private static final class Step {
    private final String engine;
    private final double density;
    private final int batch;
    private final Replica replica;
    private final float[] input;
    private final float[] logits;
    private final int[] labels;

    Step(Engine engine, NetworkSpec network, int batch, double density) {
      this.engine = engine.description().name();
      this.density = density;
      this.batch = batch;
      this.replica = engine.replica(network, batch);
      this.input = replica.newInput();
      this.logits = new float[batch * CLASSES];
      this.labels = new int[batch];
      float[] parameters = Initialization.parameters(network, FanIn.KEPT, 0);
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      RandomStream random = RandomStream.of(0, Purpose.SYNTHETIC_IMAGE);
      InputLayout layout = replica.inputLayout();
      for (int n = 0; n < batch; n++) {
        labels[n] = n % CLASSES;
        for (int i = 0; i < IMAGE.size(); i++) {
          int pixel = i % (IMAGE.height() * IMAGE.width());
          int row = pixel / IMAGE.width() * layout.rowStride();
          int column = pixel % IMAGE.width() * layout.pixelStride();
          int plane = layout.plane(n, i / (IMAGE.height() * IMAGE.width()));
          input[plane + row + column] = (float) random.nextGaussian();
        }
      }
    }

    String key() {
      return engine + " " + density;
    }

    void run() {
      replica.forward(input, batch, BatchNormMode.BATCH_AND_UPDATE, logits);
      SoftmaxCrossEntropy.lossAndGradient(logits, labels, batch, CLASSES, 0, logits);
      replica.backward(logits);
    }
  }
}
