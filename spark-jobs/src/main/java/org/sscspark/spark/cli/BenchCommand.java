package org.sscspark.spark.cli;

import java.util.List;
import org.sscspark.spark.bench.KernelBenchmark;
import org.sscspark.spark.bench.StepBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures this machine. */
@Command(
    name = "bench",
    description = "Measures kernels and training steps, side by side in this process.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {BenchCommand.Kernels.class, BenchCommand.Train.class})
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No command given");
  }

  /** Convolutions beside the core's peak. */
  @Command(
      name = "kernels",
      description = "3x3 convolutions of the lane engine on one core, beside the core's peak.")
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
        description = "Time for each shape, at least 10 rounds; ${DEFAULT-VALUE}.")
    private double seconds;

    @Override
    void run() {
      KernelBenchmark.Result result =
          KernelBenchmark.run(
              shapes.stream().map(KernelBenchmark.Shape::parse).toList(),
              batch,
              seconds,
              progress());
      print(result, result.text());
    }
  }

  /** Whole steps on all engines. */
  @Command(
      name = "train",
      description = "Training steps of a network, dense and SSC, on the lane and ND4J engines.")
  static final class Train extends SscCommand {
    @Option(names = "--model", defaultValue = "resnet20", description = "${DEFAULT-VALUE}.")
    private String model;

    @Option(names = "--width", defaultValue = "1", description = "Times as wide; ${DEFAULT-VALUE}.")
    private double width;

    @Option(
        names = "--densities",
        split = ",",
        defaultValue = "0.12",
        description = "Of the SSC networks; ${DEFAULT-VALUE}.")
    private List<Double> densities;

    @Option(names = "--batch", defaultValue = "64", description = "Images; ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--threads", defaultValue = "1", description = "${DEFAULT-VALUE}.")
    private int threads;

    @Option(
        names = "--seconds",
        defaultValue = "60",
        description = "In all, at least 10 rounds; ${DEFAULT-VALUE}.")
    private double seconds;

    @Override
    void run() {
      StepBenchmark.Result result =
          StepBenchmark.run(model, width, densities, batch, threads, seconds, progress());
      print(result, result.text());
    }
  }
}
