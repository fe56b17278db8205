package org.sscspark.spark.bench.cli;

import java.util.List;
import org.sscspark.spark.bench.SizedModel;
import picocli.CommandLine.Option;

/** Options of a command that times a network of 32x32 images, dense and with SSC. */
final class NetworkOptions {
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

  @Option(names = "--threads", defaultValue = "1", description = "${DEFAULT-VALUE}.")
  private int threads;

  /** The dense network. */
  SizedModel model() {
    return new SizedModel(model, width);
  }

  /** Of the SSC networks. */
  List<Double> densities() {
    return densities;
  }

  /** On which each is computed. */
  int threads() {
    return threads;
  }
}
