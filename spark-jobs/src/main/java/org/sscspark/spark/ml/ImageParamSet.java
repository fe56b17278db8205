package org.sscspark.spark.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable;
import org.sscspark.config.KebabCase;
import org.sscspark.spark.evaluate.ParameterChoice;

/** The params of {@link ImageParams}, of one stage. */
final class ImageParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is done with rows whose image cannot be used. */
  static final String ERROR = "error";

  static final String SKIP = "skip";
  static final String KEEP = "keep";

  final Param<String> imageCol;
  final Param<String> idCol;
  final Param<String> imageShape;
  final Param<String> predictionCol;
  final Param<String> probabilityCol;
  final Param<String> rawPredictionCol;
  final Param<String> handleInvalid;
  final Param<String> engine;
  final Param<String> parameters;

  ImageParamSet(Identifiable stage) {
    imageCol =
        new Param<>(
            stage,
            "imageCol",
            "column of images: image files or pixels as binary values, or Spark's image structs");
    idCol =
        new Param<>(
            stage,
            "idCol",
            "column that tells rows apart, as a path; unset, the content of an image does");
    imageShape =
        new Param<>(
            stage,
            "imageShape",
            "shape of images that are pixels, as in 3x32x32; unset, they are image files");
    predictionCol =
        new Param<>(
            stage,
            "predictionCol",
            "column for the likeliest class: its label if labels are numbers, else its index");
    probabilityCol = new Param<>(stage, "probabilityCol", "column for the classes' probabilities");
    rawPredictionCol = new Param<>(stage, "rawPredictionCol", "column for the classes' logits");
    handleInvalid =
        new Param<>(
            stage,
            "handleInvalid",
            "what transform does with an image that cannot be used: error, skip (leave out its row) "
                + "or keep (predict NaN)",
            ParamValidators.inArray(List.of(ERROR, SKIP, KEEP)));
    engine = new Param<>(stage, "engine", "what computes: auto, lane, nd4j or cuda");
    parameters =
        new Param<>(
            stage,
            "parameters",
            "which parameters predict: trained, or average, which is train.ema's",
            ParamValidators.inArray(
                Arrays.stream(ParameterChoice.values()).map(KebabCase::of).toList()));
  }
}
