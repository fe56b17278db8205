package org.sscspark.spark.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.Engines;
import org.sscspark.exchange.OnnxForm;
import org.sscspark.exchange.PortableModel;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.report.Figures;
import org.sscspark.report.Progress;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.bench.Interleaved.Timing;
import org.sscspark.spark.evaluate.CheckpointSearch;

/** Exported models: the size of their files, and answers in ONNX Runtime beside our own engine. */
public final class OnnxBenchmark {
  private static final int EVALUATION_BATCH = 100;

  /**
   * What is timed.
   *
   * @param densities of the SSC networks beside the dense one
   * @param batch images of one call
   * @param seconds for all together
   */
  public record Settings(
      SizedModel model, List<Double> densities, int threads, int batch, double seconds) {}

  /**
   * One network in one form.
   *
   * @param form of the file, or our own engine
   * @param fileBytes of the file; of our engine its parameters'
   * @param medianMillis an image
   */
  public record Row(
      String network,
      double density,
      String form,
      long fileBytes,
      double bestMillis,
      double medianMillis) {}

  /** All rows. */
  public record Result(String model, String onnxRuntime, int batch, int threads, List<Row> rows) {
    /** A table. */
    public String text() {
      return "%s, %s images a call, %s threads, ONNX Runtime %s%n%s"
          .formatted(
              model,
              batch,
              threads,
              onnxRuntime,
              new Table(
                      List.of(
                          Column.text("network"),
                          Column.number("density"),
                          Column.text("form"),
                          Column.number("file"),
                          Column.number("best ms an image"),
                          Column.number("median")),
                      rows.stream()
                          .map(
                              row ->
                                  List.of(
                                      row.network,
                                      Figures.percent(row.density),
                                      row.form,
                                      Figures.bytes(row.fileBytes),
                                      String.format(Locale.ROOT, "%.3f", row.bestMillis),
                                      String.format(Locale.ROOT, "%.3f", row.medianMillis)))
                          .toList())
                  .text());
    }
  }

  /**
   * A checkpoint's answers.
   *
   * @param ours the accuracy of our engine
   * @param onnxRuntime that of the exported model
   * @param differing images that get two answers
   */
  public record Answers(long images, double ours, double onnxRuntime, long differing) {
    /** One line. */
    public String text() {
      return String.format(
          Locale.ROOT,
          "%,d images: accuracy %.4f %% here, %.4f %% in ONNX Runtime; %d answers differ",
          images,
          100 * ours,
          100 * onnxRuntime,
          differing);
    }
  }

  private final Settings settings;
  private final Interleaved rounds = new Interleaved();
  private final Map<String, Row> described = new LinkedHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  private OnnxBenchmark(Settings settings) {
    this.settings = settings;
  }

  /**
   * Times answers of initial networks.
   *
   * @throws org.sscspark.config.BadInputException if there is no such model or a density cannot be
   *     met
   */
  public static Result run(Settings settings, Progress progress) throws Exception {
    OnnxBenchmark benchmark = new OnnxBenchmark(settings);
    try (Progress.Stage stage = progress.start("answers", 1, "comparison")) {
      return benchmark.measure(stage);
    } finally {
      for (AutoCloseable closeable : benchmark.open) {
        closeable.close();
      }
    }
  }

  private Result measure(Progress.Stage stage) throws IOException {
    NetworkSpec dense = settings.model.network(NoiseImages.SHAPE, NoiseImages.CLASSES);
    add("dense", dense, dense);
    SscSettings ssc = SscSettings.of(DensityProfile.UNIFORM);
    for (NetworkSpec network :
        Densities.networks(
            "SSC", settings.densities, density -> SscDesign.apply(dense, density, ssc))) {
      add("SSC", network, dense);
    }
    List<Row> rows = new ArrayList<>();
    rounds
        .run(settings.seconds)
        .forEach((key, timing) -> rows.add(timed(described.get(key), timing)));
    stage.at(1, "");
    return new Result(
        settings.model.model(), OnnxSession.version(), settings.batch, settings.threads, rows);
  }

  private Row timed(Row row, Timing timing) {
    return new Row(
        row.network,
        row.density,
        row.form,
        row.fileBytes,
        timing.bestMillis() / settings.batch,
        timing.medianMillis() / settings.batch);
  }

  private void add(String name, NetworkSpec network, NetworkSpec dense) throws IOException {
    ParameterLayout layout = ParameterLayout.of(network);
    double density = (double) layout.weightCount() / ParameterLayout.of(dense).weightCount();
    PortableModel model =
        new PortableModel(
            network,
            Initialization.parameters(network, FanIn.KEPT, 0),
            IntStream.range(0, NoiseImages.CLASSES).mapToObj(Integer::toString).toList(),
            Normalization.unit(NoiseImages.SHAPE.channels()));
    float[] images = Minibatches.images(NoiseImages.SHAPE, settings.batch);
    for (OnnxForm.Convolutions convolutions : OnnxForm.Convolutions.values()) {
      for (OnnxForm.Weights weights : OnnxForm.Weights.values()) {
        OnnxForm form =
            new OnnxForm(
                OnnxForm.Normalization.OUTSIDE, OnnxForm.BatchNorm.FOLDED, convolutions, weights);
        OnnxSession session = new OnnxSession(model, form, settings.batch, settings.threads);
        open.add(session);
        String label =
            "ONNX, "
                + (convolutions == OnnxForm.Convolutions.PLAIN ? "plain" : "grouped")
                + (weights == OnnxForm.Weights.DENSE ? "" : ", sparse file");
        add(
            new Row(name, density, label, session.fileBytes(), 0, 0),
            () -> session.logits(images, settings.batch));
      }
    }
    Replica replica =
        Engines.create(Engines.AUTO, settings.threads).replica(network, settings.batch);
    open.add(replica);
    System.arraycopy(model.parameters(), 0, replica.parameters(), 0, layout.size());
    float[] input = replica.newInput();
    replica.inputLayout().fill(images, settings.batch, input);
    float[] logits = new float[settings.batch * NoiseImages.CLASSES];
    add(
        new Row(name, density, "our engine", (long) layout.size() * Float.BYTES, 0, 0),
        () -> replica.forward(input, settings.batch, BatchNormMode.RUNNING, logits));
  }

  private void add(Row row, Runnable work) {
    String key = row.network + row.density + row.form;
    described.put(key, row);
    rounds.addRepeated(key, work);
  }

  /**
   * Compares the answers of a checkpoint here and, exported, in ONNX Runtime.
   *
   * @param test a data set of the same classes
   */
  public static Answers answers(Configuration configuration, URI checkpoint, URI test)
      throws IOException {
    PortableModel model = new CheckpointSearch(configuration).one(checkpoint).model().portable();
    Dataset dataset = Dataset.open(configuration, test);
    EpochOrder order = EpochOrder.stored(dataset.manifest(), 1);
    ImageTransform transform = new ImageTransform(Augmentation.none(), model.normalization());
    InputLayout rows = InputLayout.nchw(model.network().input(), EVALUATION_BATCH);
    long ours = 0;
    long theirs = 0;
    long differing = 0;
    try (OnnxSession session =
            new OnnxSession(
                model,
                new OnnxForm(
                    OnnxForm.Normalization.OUTSIDE,
                    OnnxForm.BatchNorm.FOLDED,
                    OnnxForm.Convolutions.PLAIN,
                    OnnxForm.Weights.DENSE),
                EVALUATION_BATCH,
                1);
        Replica replica =
            Engines.create(Engines.AUTO, 1).replica(model.network(), EVALUATION_BATCH);
        MinibatchReader batches =
            new MinibatchReader(
                dataset, MinibatchPlan.epoch(order, 0, EVALUATION_BATCH), transform, rows)) {
      System.arraycopy(model.parameters(), 0, replica.parameters(), 0, model.parameters().length);
      float[] input = replica.newInput();
      int classes = model.network().classes();
      float[] logits = new float[EVALUATION_BATCH * classes];
      while (batches.hasNext()) {
        Minibatch batch = batches.next();
        replica.inputLayout().fill(batch.input(), batch.count(), input);
        replica.forward(input, batch.count(), BatchNormMode.RUNNING, logits);
        float[][] others = session.logits(batch.input(), batch.count());
        for (int n = 0; n < batch.count(); n++) {
          int own = largest(logits, n * classes, classes);
          int other = largest(others[n], 0, classes);
          ours += own == batch.labels()[n] ? 1 : 0;
          theirs += other == batch.labels()[n] ? 1 : 0;
          differing += own == other ? 0 : 1;
        }
      }
    }
    double images = dataset.manifest().examples();
    return new Answers((long) images, ours / images, theirs / images, differing);
  }

  private static int largest(float[] logits, int from, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (logits[from + k] > logits[from + best]) {
        best = k;
      }
    }
    return best;
  }
}
