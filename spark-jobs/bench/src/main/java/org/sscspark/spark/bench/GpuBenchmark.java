package org.sscspark.spark.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.Replica;
import org.sscspark.engine.cuda.CudaProfile;
import org.sscspark.engine.cuda.CudaProfile.StepTime;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.report.Progress;

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
   * @param pythonSeconds when PyTorch is ended that still measures a network's variants
   */
  public record Settings(
      int gpu,
      List<String> networks,
      List<Double> densities,
      int batch,
      int steps,
      String python,
      int pythonSeconds) {
    public Settings {
      if (batch < 1 || steps < 1) {
        throw new BadInputException(
            "Batch %s and steps %s: both must be at least 1".formatted(batch, steps));
      }
      if (pythonSeconds < 1) {
        throw new BadInputException(
            "PyTorch gets %s seconds, and must get at least 1; --python none leaves it out"
                .formatted(pythonSeconds));
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
      List<Kernels> kernels) {
    Row over(OptionalDouble torch) {
      return new Row(
          network,
          density,
          weights,
          imagesPerSecond,
          fromHostPerSecond,
          deviceMillis,
          torch.isPresent() ? imagesPerSecond / torch.getAsDouble() : 0,
          kernels);
    }
  }

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
      return GpuTables.text(this);
    }
  }

  private static final int REPEATS = 10;

  private final Settings settings;
  private final Progress progress;
  private final Consumer<String> found;
  private final CudaProfile profile;
  private final Result rates;

  private GpuBenchmark(Settings settings, Progress progress, Consumer<String> found) {
    this.settings = settings;
    this.progress = progress;
    this.found = found;
    this.profile = CudaProfile.open(settings.gpu());
    this.rates =
        new Result(
            profile.engine().description().toString(),
            settings.batch(),
            profile.bandwidth() / 1e9,
            2 * profile.multiplyAddRate() / 1e9,
            List.of(),
            List.of());
  }

  /**
   * Measures. PyTorch comes last: its variants may take longer than the machine is there.
   *
   * @param found is given each part of the result as text, as soon as it is measured
   * @throws BadInputException if there is no such GPU or network
   */
  public static Result run(Settings settings, Progress progress, Consumer<String> found) {
    Map<SizedModel, NetworkSpec> networks = new LinkedHashMap<>();
    for (String name : settings.networks()) {
      SizedModel model = SizedModel.parse(name);
      networks.put(model, model.network(NoiseImages.SHAPE, NoiseImages.CLASSES));
    }
    return new GpuBenchmark(settings, progress, found).run(networks);
  }

  private Result run(Map<SizedModel, NetworkSpec> networks) {
    found.accept(rates.text());
    List<Row> rows = new ArrayList<>();
    int total = networks.size() * (1 + settings.densities().size());
    try (Progress.Stage stage = progress.start("networks", total, "networks")) {
      networks.forEach(
          (model, dense) -> {
            add(row(model, 1, dense), rows, stage);
            for (double density : settings.densities()) {
              NetworkSpec sparse =
                  SscDesign.apply(dense, density, SscSettings.of(DensityProfile.UNIFORM));
              add(row(model, density, sparse), rows, stage);
            }
          });
    }
    List<TorchRow> torch = new ArrayList<>();
    Map<String, OptionalDouble> best = new HashMap<>();
    if (!settings.python().isEmpty()) {
      networks.keySet().forEach(model -> best.put(model.name(), torch(model, torch)));
    }
    return new Result(
        rates.engine(),
        rates.batch(),
        rates.gigabytesPerSecond(),
        rates.gigaflops(),
        rows.stream()
            .map(row -> row.over(best.getOrDefault(row.network(), OptionalDouble.empty())))
            .toList(),
        List.copyOf(torch));
  }

  private void add(Row row, List<Row> rows, Progress.Stage stage) {
    found.accept(GpuTables.text(row));
    rows.add(row);
    stage.at(rows.size(), "");
  }

  private OptionalDouble torch(SizedModel model, List<TorchRow> rows) {
    return TorchSteps.best(
        TorchSteps.run(
            settings.python(),
            model,
            settings.batch(),
            settings.steps(),
            "cuda",
            Duration.ofSeconds(settings.pythonSeconds()),
            variant -> {
              TorchRow row =
                  new TorchRow(
                      model.name(), variant.name(), variant.imagesPerSecond(), variant.error());
              found.accept(GpuTables.text(row));
              rows.add(row);
            }));
  }

  private Row row(SizedModel model, double density, NetworkSpec network) {
    float[] parameters = Initialization.parameters(network, FanIn.KEPT, 0);
    try (Replica replica = profile.engine().replica(network, settings.batch())) {
      GpuRounds rounds = new GpuRounds(replica, parameters, settings.batch(), settings.steps());
      GpuRounds.Times kept = rounds.fromDevice();
      return new Row(
          model.name(),
          density,
          replica.layout().weightCount(),
          rounds.images() / kept.seconds(),
          rounds.images() / rounds.fromHost().seconds(),
          List.of(kept.forward(), kept.backward(), kept.update()),
          0,
          kernels(network, parameters));
    }
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
                    1e-6 * sum[1] / sum[0] / rates.gigabytesPerSecond(),
                    2e-6 * sum[2] / sum[0] / rates.gigaflops())));
    return kernels;
  }
}
