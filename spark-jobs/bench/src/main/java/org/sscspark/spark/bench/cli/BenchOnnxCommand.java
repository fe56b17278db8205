package org.sscspark.spark.bench.cli;

import java.util.Optional;
import org.sscspark.config.Location;
import org.sscspark.spark.bench.OnnxBenchmark;
import org.sscspark.spark.cli.SscCommand;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exported models in ONNX Runtime. */
@Command(
    name = "onnx",
    description = {
      "Answers of exported networks of 32x32 images in ONNX Runtime, dense and SSC, and the sizes of "
          + "their files, beside this engine; or a checkpoint's answers on a data set in both."
    })
final class BenchOnnxCommand extends SscCommand {
  @Mixin private final NetworkOptions networks = new NetworkOptions();

  @Option(
      names = "--batch",
      defaultValue = "1",
      description = "Images of one call; ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "For all together; ${DEFAULT-VALUE}.")
  private double seconds;

  @ArgGroup(exclusive = false)
  private Trained trained;

  /** A model and the images it is to answer. */
  static final class Trained {
    @Option(
        names = "--checkpoint",
        required = true,
        paramLabel = "URI",
        description = "Compare a run's or checkpoint's answers instead.")
    private String checkpoint;

    @Option(
        names = "--data",
        required = true,
        paramLabel = "URI",
        description = "On this data set.")
    private String data;
  }

  @Override
  protected void run() throws Exception {
    if (Optional.ofNullable(trained).isPresent()) {
      OnnxBenchmark.Answers answers =
          OnnxBenchmark.answers(
              hadoop(), Location.of(trained.checkpoint), Location.of(trained.data));
      print(answers, answers.text());
      return;
    }
    OnnxBenchmark.Result result =
        OnnxBenchmark.run(
            new OnnxBenchmark.Settings(
                networks.model(), networks.densities(), networks.threads(), batch, seconds),
            progress());
    print(result, result.text());
  }
}
