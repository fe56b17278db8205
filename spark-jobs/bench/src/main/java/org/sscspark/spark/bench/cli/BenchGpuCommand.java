package org.sscspark.spark.bench.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sscspark.spark.bench.GpuBenchmark;
import org.sscspark.spark.cli.Main;
import org.sscspark.spark.cli.SscCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the CUDA engine on a GPU of this machine. */
@Command(
    name = "gpu",
    description =
        "Training steps and kernels of the CUDA engine on one GPU, then of PyTorch where it is"
            + " installed. Standard error has each part of the result once it is measured.")
final class BenchGpuCommand extends SscCommand {
  @Option(names = "--gpu", defaultValue = "0", description = "Which GPU; ${DEFAULT-VALUE}.")
  private int gpu;

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "MODEL[xWIDTH]",
      defaultValue = "resnet20,resnet32x2,vgg19",
      description = "${DEFAULT-VALUE}.")
  private List<String> networks;

  @Option(
      names = "--densities",
      split = ",",
      defaultValue = "0.1",
      description = "Of the SSC networks; ${DEFAULT-VALUE}.")
  private List<Double> densities;

  @Option(names = "--batch", defaultValue = "512", description = "Images; ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "20",
      description = "Steps of a round; the median of five rounds counts; ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--python",
      defaultValue = "python3",
      description = "An interpreter with PyTorch, or 'none'; ${DEFAULT-VALUE}.")
  private String python;

  @Option(
      names = "--python-seconds",
      defaultValue = "300",
      description =
          "When PyTorch is ended that still measures a network's variants; ${DEFAULT-VALUE}.")
  private int pythonSeconds;

  /** Runs the command alone, on a machine without Spark. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(Main.commandLine(new BenchGpuCommand(), out, err).execute(args));
  }

  @Override
  protected void run() {
    GpuBenchmark.Result result =
        GpuBenchmark.run(
            new GpuBenchmark.Settings(
                gpu,
                networks,
                densities,
                batch,
                steps,
                python.equals("none") ? "" : python,
                pythonSeconds),
            progress(),
            // At once, too: who rents the machine by the minute may not see the end.
            this::say);
    print(result, result.text());
  }
}
