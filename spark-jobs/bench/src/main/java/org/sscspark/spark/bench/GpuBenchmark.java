package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.data.TrainingBatch;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.Replica;
import org.sscspark.engine.cuda.CudaProfile;
import org.sscspark.engine.cuda.CudaProfile.StepTime;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;
import org.sscspark.report.Progress;
import org.sscspark.training.Ema;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.ScheduleSettings;

/**
 * The CUDA engine on one GPU: whole training steps of dense and SSC networks on 32x32 images, the
 * kernels of each beside what the card can do, and PyTorch's dense networks where it is installed.
 */
public final class GpuBenchmark {
  /**
   * What to measure.
   *
   * @param gpu among those that the process sees, from 0
   * @param networks names of the model zoo, with a width behind an x, as in {@code resnet32x2}
   * @param densities of the SSC networks; the dense ones are measured too
   * @param batch images of a minibatch
   * @param steps of a round; the median of five rounds counts
   * @param python an interpreter with PyTorch; empty to leave PyTorch out
   */
  public record Settings(
      int gpu, List<String> networks, List<Double> densities, int batch, int steps, String python) {
    public Settings {
      if (batch < 1 || steps < 1) {
        throw new BadInputException(
            "Batch %d and steps %d: both must be at least 1".formatted(batch, steps));
      }
    }
  }

  /**
   * All kernels of one kind in a step.
   *
   * @param ofBandwidth bytes a second over what a large copy reaches
   * @param ofArithmetic multiply-adds a second over what registers reach
   */
  public record Kernels(
      String kind, String pass, double millis, double ofBandwidth, double ofArithmetic) {}

  /**
   * One network's training steps.
   *
   * @param imagesPerSecond of whole rounds with crop and flip, images kept on the GPU
   * @param fromHostPerSecond the same, images coming from the host, cropped there beforehand
   * @param deviceMillis of a step by the GPU's clock: forward, backward, update
   * @param overTorch against the best of PyTorch's variants; 0 without one
   */
  public record Row(
      String network,
      double density,
      int weights,
      double imagesPerSecond,
      double fromHostPerSecond,
      List<Double> deviceMillis,
      double overTorch,
      List<Kernels> kernels) {}

  /** A variant of PyTorch. */
  public record TorchRow(String network, String variant, double imagesPerSecond, String error) {}

  /** Everything. */
  public record Result(
      String engine,
      int batch,
      double gigabytesPerSecond,
      double gigaflops,
      List<Row> rows,
      List<TorchRow> torch) {
    /** A table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      line(text, "%s; batch %d", engine, batch);
      line(
          text, "Copy %.0f GB/s, float32 multiply-add %.0f GFLOP/s", gigabytesPerSecond, gigaflops);
      for (Row row : rows) {
        line(text, "");
        line(
            text,
            "%-12s %6.2f%% %10d weights %10.0f images/s (%.0f from the host)%s  forward %.3f,"
                + " backward %.3f, update %.3f ms",
            row.network,
            100 * row.density,
            row.weights,
            row.imagesPerSecond,
            row.fromHostPerSecond,
            row.overTorch == 0 ? "" : String.format(Locale.ROOT, "  %.2fx PyTorch", row.overTorch),
            row.deviceMillis.get(0),
            row.deviceMillis.get(1),
            row.deviceMillis.get(2));
        for (Kernels kernels : row.kernels) {
          line(
              text,
              "  %-18s %-9s %9.3f ms  %3.0f%% of bandwidth  %3.0f%% of arithmetic",
              kernels.kind,
              kernels.pass,
              kernels.millis,
              100 * kernels.ofBandwidth,
              100 * kernels.ofArithmetic);
        }
      }
      for (TorchRow row : torch) {
        line(
            text,
            "PyTorch %-12s %-40s %s",
            row.network,
            row.variant,
            row.error.isEmpty()
                ? String.format(Locale.ROOT, "%10.0f images/s", row.imagesPerSecond)
                : row.error);
      }
      return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
      text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
  }

  private static final FeatureShape IMAGE = new FeatureShape(3, 32, 32);
  private static final int CLASSES = 10;
  private static final int ROUNDS = 5;
  private static final int REPEATS = 10;

  private final Settings settings;
  private final CudaProfile profile;
  private final double bandwidth;
  private final double multiplyAdds;

  private GpuBenchmark(Settings settings, CudaProfile profile) {
    this.settings = settings;
    this.profile = profile;
    this.bandwidth = profile.bandwidth();
    this.multiplyAdds = profile.multiplyAddRate();
  }

  /**
   * Measures.
   *
   * @throws BadInputException if there is no such GPU or network
   */
  public static Result run(Settings settings, Progress progress) {
    Map<String, NetworkSpec> networks = new LinkedHashMap<>();
    settings.networks().forEach(name -> networks.put(name, network(name)));
    return new GpuBenchmark(settings, CudaProfile.open(settings.gpu())).run(networks, progress);
  }

  private static String modelOf(String name) {
    return name.contains("x") ? name.substring(0, name.indexOf('x')) : name;
  }

  private static double widthOf(String name) {
    try {
      return name.contains("x") ? Double.parseDouble(name.substring(name.indexOf('x') + 1)) : 1;
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "Network %s: give a model's name, or one with its width as in resnet32x2".formatted(name),
          e);
    }
  }

  private static NetworkSpec network(String name) {
    return ModelZoo.named(modelOf(name), IMAGE, CLASSES, widthOf(name));
  }

  private Result run(Map<String, NetworkSpec> networks, Progress progress) {
    List<Row> rows = new ArrayList<>();
    List<TorchRow> torch = new ArrayList<>();
    try (Progress.Stage stage = progress.start("networks", networks.size(), "network")) {
      networks.forEach(
          (name, dense) -> {
            OptionalDouble best = torch(name, torch);
            rows.add(row(name, 1, dense, best));
            for (double density : settings.densities()) {
              NetworkSpec sparse =
                  SscDesign.apply(dense, density, SscSettings.of(DensityProfile.UNIFORM));
              rows.add(row(name, density, sparse, best));
            }
            stage.at(rows.size() / (1 + settings.densities().size()), "");
          });
    }
    return new Result(
        profile.engine().description().toString(),
        settings.batch(),
        bandwidth / 1e9,
        2 * multiplyAdds / 1e9,
        List.copyOf(rows),
        List.copyOf(torch));
  }

  private OptionalDouble torch(String name, List<TorchRow> rows) {
    if (settings.python().isEmpty()) {
      return OptionalDouble.empty();
    }
    List<TorchSteps.Variant> variants =
        TorchSteps.run(
            settings.python(),
            modelOf(name),
            widthOf(name),
            settings.batch(),
            settings.steps(),
            "cuda");
    for (TorchSteps.Variant variant : variants) {
      rows.add(new TorchRow(name, variant.name(), variant.imagesPerSecond(), variant.error()));
    }
    return TorchSteps.best(variants);
  }

  private Row row(String name, double density, NetworkSpec network, OptionalDouble torch) {
    float[] parameters = Initialization.parameters(network, FanIn.KEPT, 0);
    try (Replica replica = profile.engine().replica(network, settings.batch())) {
      Recipe recipe = recipe();
      RoundPlan plan =
          new RoundPlan(
              (long) settings.batch() * settings.steps(), 1, settings.batch(), settings.steps());
      LocalTrainer trainer = new LocalTrainer(replica, recipe, recipe.learningRate(plan));
      Dataset noise = noise();
      TrainingSet images = trainer.trainingSet(noise);
      MinibatchPlan epoch =
          MinibatchPlan.epoch(EpochOrder.of(noise.manifest(), 0, 0, 1), 0, settings.batch());
      Minibatch onHost = firstOf(noise, epoch, replica);
      List<double[]> kept = rounds(trainer, parameters, () -> images.open(epoch));
      List<double[]> sent =
          rounds(trainer, parameters, () -> Stream.generate(() -> onHost).iterator());
      double roundImages = settings.batch() * (double) settings.steps();
      double rate = roundImages / median(kept, 0);
      return new Row(
          name,
          density,
          replica.layout().weightCount(),
          rate,
          roundImages / median(sent, 0),
          List.of(median(kept, 1), median(kept, 2), median(kept, 3)),
          torch.isPresent() ? rate / torch.getAsDouble() : 0,
          kernels(network, parameters));
    }
  }

  /**
   * For each round that counts: its seconds, and a step's milliseconds forward, backward, update.
   */
  private List<double[]> rounds(
      LocalTrainer trainer,
      float[] parameters,
      Supplier<Iterator<? extends TrainingBatch>> minibatches) {
    List<double[]> rounds = new ArrayList<>();
    for (int round = -1; round < ROUNDS; round++) {
      long start = System.nanoTime();
      RoundResult result =
          trainer.round(
              parameters,
              new float[trainer.optimizerStateSize()],
              minibatches.get(),
              0,
              settings.steps());
      double seconds = (System.nanoTime() - start) / 1e9;
      if (round >= 0) {
        double perStep = 1e3 / settings.steps();
        rounds.add(
            new double[] {
              seconds,
              perStep * result.phases().forward(),
              perStep * result.phases().backward(),
              perStep * result.phases().update()
            });
      }
    }
    return rounds;
  }

  private static Recipe recipe() {
    return new Recipe(
        1,
        1,
        new Nesterov(),
        List.of(),
        0.001,
        ScheduleSettings.constant(),
        0,
        Augmentation.cropAndFlip(4),
        List.of(),
        Ema.NONE,
        0,
        0);
  }

  /** The images of a round. */
  private Dataset noise() {
    int examples = Math.multiplyExact(settings.batch(), settings.steps());
    RandomStream random = RandomStream.of(0, Purpose.SYNTHETIC_IMAGE);
    byte[] pixels = new byte[Math.multiplyExact(examples, IMAGE.size())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    long[] ids = LongStream.range(0, examples).toArray();
    int[] labels = IntStream.range(0, examples).map(n -> n % CLASSES).toArray();
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            "noise",
            ImageSizes.of(IMAGE),
            ImageEncoding.RAW,
            IntStream.range(0, CLASSES).mapToObj(k -> "class-" + k).toList(),
            IntStream.range(0, CLASSES)
                .mapToObj(k -> IntStream.of(labels).filter(label -> label == k).count())
                .toList(),
            examples,
            0,
            Collections.nCopies(IMAGE.channels(), 127.5),
            Collections.nCopies(IMAGE.channels(), 73.9),
            List.of(new ShardFile("noise", examples, pixels.length, "")),
            new DatasetSource("synthetic", "noise", "", "all"),
            ReadingNotes.none());
    return Dataset.inMemory(manifest, List.of(new ImageBlock(IMAGE, pixels, ids, labels)));
  }

  private static Minibatch firstOf(Dataset dataset, MinibatchPlan plan, Replica replica) {
    ImageTransform transform =
        new ImageTransform(recipe().augmentation(), Normalization.of(dataset.manifest()));
    try (MinibatchReader reader =
        new MinibatchReader(dataset, plan, transform, replica.inputLayout())) {
      return reader.next();
    }
  }

  private static double median(List<double[]> rounds, int column) {
    double[] sorted = rounds.stream().mapToDouble(round -> round[column]).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private List<Kernels> kernels(NetworkSpec network, float[] parameters) {
    Map<List<String>, double[]> sums = new LinkedHashMap<>();
    for (StepTime time : profile.steps(network, parameters, settings.batch(), REPEATS)) {
      double[] sum = sums.computeIfAbsent(List.of(time.kind(), time.pass()), key -> new double[3]);
      sum[0] += time.millis();
      sum[1] += time.bytes();
      sum[2] += time.multiplyAdds();
    }
    List<Kernels> kernels = new ArrayList<>();
    sums.forEach(
        (key, sum) ->
            kernels.add(
                new Kernels(
                    key.get(0),
                    key.get(1),
                    sum[0],
                    1e3 * sum[1] / sum[0] / bandwidth,
                    1e3 * sum[2] / sum[0] / multiplyAdds)));
    return kernels;
  }
}
