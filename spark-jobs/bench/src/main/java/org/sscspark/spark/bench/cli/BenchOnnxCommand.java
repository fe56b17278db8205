package org.sscspark.spark.bench.cli;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.Location;
import org.sscspark.spark.bench.OnnxBenchmark;
import org.sscspark.spark.cli.SscCommand;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exported models in ONNX Runtime. */
@Command(
    name = "onnx",
    description = {
      "Answers of exported networks of 32x32 images in ONNX Runtime, dense and SSC, and the sizes of",
      "their files, beside this engine; or a checkpoint's answers on a data set in both."
    })
final class BenchOnnxCommand extends SscCommand {
  @Option(names = "--model", defaultValue = "resnet20", description = "${DEFAULT-VALUE}.")
  private String model;

  @Option(names = "--width", defaultValue = "1", description = "Times as wide; ${DEFAULT-VALUE}.")
  private double width;

  @Option(
      names = "--densities",
      split = ",",
      defaultValue = "0.1",
      description = "Of the SSC networks; ${DEFAULT-VALUE}.")
  private List<Double> densities;

  @Option(
      names = "--batch",
      defaultValue = "1",
      description = "Images of one call; ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--threads", defaultValue = "1", description = "${DEFAULT-VALUE}.")
  private int threads;

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
            new OnnxBenchmark.Settings(model, width, densities, batch, threads, seconds),
            progress());
    print(result, result.text());
  }
}
