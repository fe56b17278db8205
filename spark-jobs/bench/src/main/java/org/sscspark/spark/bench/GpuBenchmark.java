package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
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
   */
  public record Settings(
      int gpu, List<String> networks, List<Double> densities, int batch, int steps, String python) {
    public Settings {
      if (batch < 1 || steps < 1) {
        throw new BadInputException(
            "Batch %s and steps %s: both must be at least 1".formatted(batch, steps));
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
      return GpuTables.text(this);
    }
  }

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
    Map<SizedModel, NetworkSpec> networks = new LinkedHashMap<>();
    for (String name : settings.networks()) {
      SizedModel model = SizedModel.parse(name);
      networks.put(model, model.network(NoiseImages.SHAPE, NoiseImages.CLASSES));
    }
    return new GpuBenchmark(settings, CudaProfile.open(settings.gpu())).run(networks, progress);
  }

  private Result run(Map<SizedModel, NetworkSpec> networks, Progress progress) {
    List<Row> rows = new ArrayList<>();
    List<TorchRow> torch = new ArrayList<>();
    try (Progress.Stage stage = progress.start("networks", networks.size(), "network")) {
      networks.forEach(
          (model, dense) -> {
            OptionalDouble best = torch(model, torch);
            rows.add(row(model, 1, dense, best));
            for (double density : settings.densities()) {
              NetworkSpec sparse =
                  SscDesign.apply(dense, density, SscSettings.of(DensityProfile.UNIFORM));
              rows.add(row(model, density, sparse, best));
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

  private OptionalDouble torch(SizedModel model, List<TorchRow> rows) {
    if (settings.python().isEmpty()) {
      return OptionalDouble.empty();
    }
    List<TorchSteps.Variant> variants =
        TorchSteps.run(
            settings.python(),
            model.model(),
            model.width(),
            settings.batch(),
            settings.steps(),
            "cuda");
    for (TorchSteps.Variant variant : variants) {
      rows.add(
          new TorchRow(model.name(), variant.name(), variant.imagesPerSecond(), variant.error()));
    }
    return TorchSteps.best(variants);
  }

  private Row row(SizedModel model, double density, NetworkSpec network, OptionalDouble torch) {
    float[] parameters = Initialization.parameters(network, FanIn.KEPT, 0);
    try (Replica replica = profile.engine().replica(network, settings.batch())) {
      GpuRounds rounds = new GpuRounds(replica, parameters, settings.batch(), settings.steps());
      GpuRounds.Times kept = rounds.fromDevice();
      double rate = rounds.images() / kept.seconds();
      return new Row(
          model.name(),
          density,
          replica.layout().weightCount(),
          rate,
          rounds.images() / rounds.fromHost().seconds(),
          List.of(kept.forward(), kept.backward(), kept.update()),
          torch.isPresent() ? rate / torch.getAsDouble() : 0,
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
                    1e3 * sum[1] / sum[0] / bandwidth,
                    1e3 * sum[2] / sum[0] / multiplyAdds)));
    return kernels;
  }
}
