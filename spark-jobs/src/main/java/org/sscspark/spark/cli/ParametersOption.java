package org.sscspark.spark.cli;

import org.sscspark.spark.evaluate.ParameterChoice;
import picocli.CommandLine.Option;

/** The option of a command that reads a checkpoint's model. */
final class ParametersOption {
  @Option(
      names = "--parameters",
      paramLabel = "trained|average",
      defaultValue = "trained",
      description = "Which parameters of a checkpoint: average is train.ema's; ${DEFAULT-VALUE}.")
  private ParameterChoice parameters;

  /** Which of its parameters. */
  ParameterChoice choice() {
    return parameters;
  }
}
