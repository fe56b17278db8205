package org.sscspark.spark.bench.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Location;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.spark.bench.KernelBenchmark;
import org.sscspark.spark.bench.TrainBenchmark;
import org.sscspark.spark.cli.AddedCommand;
import org.sscspark.spark.cli.SscCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures this machine. */
@Command(
    name = "bench",
    description =
        "Measures kernels, training steps, rounds of averaging, executors, GPUs, exported models.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchCommand.Kernels.class,
      BenchCommand.Train.class,
      BenchAveragingCommand.class,
      BenchDecodeCommand.class,
      BenchExecutorsCommand.class,
      BenchGpuCommand.class,
      BenchOnnxCommand.class
    })
public final class BenchCommand implements AddedCommand {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No command given");
  }

  /** Convolutions beside oneDNN's and the core's peak. */
  @Command(
      name = "kernels",
      description =
          "3x3 convolutions on one core: the lane engine's, oneDNN's, and the core's peak.")
  static final class Kernels extends SscCommand {
    @Option(
        names = "--shapes",
        split = ",",
        paramLabel = "CHANNELS@SIZE",
        defaultValue = "64@32,128@16,256@8,512@4,16@32,32@16,64@8",
        description = "${DEFAULT-VALUE}.")
    private List<String> shapes;

    @Option(names = "--batch", defaultValue = "16", description = "Images; ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
        names = "--seconds",
        defaultValue = "10",
        description = "Time for each shape; ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
        names = "--cold",
        description =
            "Run each kernel once at a time, after all others, so that nothing it reads is in a"
                + " near cache. Otherwise it runs several times in a row.")
    private boolean cold;

    @Override
    protected void run() {
      KernelBenchmark.Result result =
          KernelBenchmark.run(
              shapes.stream().map(KernelBenchmark.Shape::parse).toList(),
              batch,
              seconds,
              cold,
              progress());
      print(result, result.text());
    }
  }

  /** Whole training steps. */
  @Command(
      name = "train",
      description =
          "Training steps of a network, dense, SSC and unstructured, beside other frameworks.")
  static final class Train extends SscCommand {
    @Mixin private final NetworkOptions networks = new NetworkOptions();

    @Option(
        names = "--unstructured",
        split = ",",
        paramLabel = "DENSITY",
        description = "Densities of networks with unstructured supports; none.")
    private List<Double> unstructured = List.of();

    @Option(
        names = "--profile",
        paramLabel = "uniform|erk",
        defaultValue = "uniform",
        description = "How a density is divided among layers; ${DEFAULT-VALUE}.")
    private String profile;

    @Option(names = "--batch", defaultValue = "64", description = "Images; ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
        names = "--storage",
        split = ",",
        paramLabel = "float32|bfloat16",
        defaultValue = "float32",
        description = "Of features between steps, in the lane engine; ${DEFAULT-VALUE}.")
    private List<String> storages;

    @Option(
        names = "--seconds",
        defaultValue = "60",
        description = "For all steps together; ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--with-pytorch", description = "The dense network in PyTorch beside it.")
    private boolean withPyTorch;

    @Option(
        names = "--python",
        paramLabel = "COMMAND",
        description = "A Python that has PyTorch; python3, then /usr/bin/python3.")
    private Optional<String> python = Optional.empty();

    @Option(
        names = "--with-libtorch",
        description = "The dense network in libtorch 2 beside it, in a JVM of its own.")
    private boolean withLibtorch;

    @Option(
        names = "--libtorch",
        paramLabel = "FOLDER",
        defaultValue = "${env:SSC_LIBTORCH:-spark-jobs/bench-libtorch/target}",
        description = "What the build of libtorch's peer made; ${DEFAULT-VALUE}.")
    private Path libtorch;

    @Option(names = "--with-dl4j", description = "The dense network of DL4J's own layers.")
    private boolean withDl4j;

    @Option(names = "--with-nd4j", description = "The dense network on the ND4J engine.")
    private boolean withNd4j;

    @Option(
        names = "--operators",
        description = "Time by kind of operator, memory and allocation of the lane engine's steps.")
    private boolean operators;

    @Option(
        names = "--data",
        paramLabel = "URI",
        description = "With --operators: shards of 32x32 images, for the input pipeline's share.")
    private Optional<String> data = Optional.empty();

    @Override
    protected void run() throws Exception {
      List<String> pythons = python.map(List::of).orElse(TrainBenchmark.PYTHONS);
      TrainBenchmark.Result result =
          TrainBenchmark.run(
              new TrainBenchmark.Settings(
                  networks.model(),
                  networks.densities(),
                  unstructured,
                  profile(),
                  networks.threads(),
                  storages.stream().map(Train::storage).distinct().toList(),
                  batch,
                  seconds,
                  withPyTorch ? pythons : List.of(),
                  withLibtorch ? Optional.of(libtorch) : Optional.empty(),
                  withDl4j,
                  withNd4j,
                  operators,
                  data.map(Location::of)),
              progress());
      print(result, result.text());
    }

    private static FeatureStorage storage(String name) {
      return Stream.of(FeatureStorage.values())
          .filter(storage -> KebabCase.of(storage).equals(name))
          .findFirst()
          .orElseThrow(
              () -> new BadInputException("--storage is " + name + "; give float32 or bfloat16"));
    }

    private DensityProfile profile() {
      return switch (profile) {
        case "uniform" -> DensityProfile.UNIFORM;
        case "erk" -> DensityProfile.ERK;
        default -> throw new BadInputException("--profile is " + profile + "; give uniform or erk");
      };
    }
  }
}
