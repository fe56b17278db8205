package org.sscspark.spark.cli;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sscspark.config.BadInputException;
import org.sscspark.exchange.OnnxForm;
import picocli.CommandLine.Option;

/** Options that say what an ONNX file is like. */
final class OnnxOptions {
  @Option(
      names = "--normalization",
      paramLabel = "inside|outside",
      description =
          "Whether the ONNX model takes pixels of 0 to 255, or what the caller normalised (default: inside).")
  private Optional<OnnxForm.Normalization> normalization = Optional.empty();

  @Option(
      names = "--batch-norm",
      paramLabel = "kept|folded",
      description =
          "Of the ONNX model: folded into weights, it cannot be trained on (default: kept).")
  private Optional<OnnxForm.BatchNorm> batchNorm = Optional.empty();

  @Option(
      names = "--convolutions",
      paramLabel = "plain|grouped",
      description = "How ONNX has structured convolutions (default: plain).")
  private Optional<OnnxForm.Convolutions> convolutions = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "dense|sparse",
      description = "Sparse initializers make a smaller ONNX file (default: dense).")
  private Optional<OnnxForm.Weights> weights = Optional.empty();

  /** What was asked for. */
  OnnxForm form() {
    return new OnnxForm(
        normalization.orElse(OnnxForm.Normalization.INSIDE),
        batchNorm.orElse(OnnxForm.BatchNorm.KEPT),
        convolutions.orElse(OnnxForm.Convolutions.PLAIN),
        weights.orElse(OnnxForm.Weights.DENSE));
  }

  /**
   * Holds that no option was given, where no ONNX file is written.
   *
   * @throws BadInputException if one was, which would change nothing
   */
  void reject() {
    Map<String, Optional<?>> given = new TreeMap<>();
    given.put("--normalization", normalization);
    given.put("--batch-norm", batchNorm);
    given.put("--convolutions", convolutions);
    given.put("--weights", weights);
    given.forEach(
        (option, value) -> {
          if (value.isPresent()) {
            throw new BadInputException(
                "%s is about the ONNX file, and none is written; leave it out, or give --onnx FILE"
                    .formatted(option));
          }
        });
  }
}
