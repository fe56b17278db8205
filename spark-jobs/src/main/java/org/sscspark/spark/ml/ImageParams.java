package org.sscspark.spark.ml;

import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sscspark.config.KebabCase;
import org.sscspark.network.FeatureShape;
import org.sscspark.spark.evaluate.ParameterChoice;

/**
 * Params that the estimator and its model share. An output column of an empty name is left out.
 *
 * @param <S> the stage, which setters return
 */
public interface ImageParams<S extends ImageParams<S>> extends Params {
  /** Holds the params. */
  @SuppressWarnings("ClassEscapesDefinedScope") // Of this package's two stages alone.
  ImageParamSet imageParams();

  /** The stage. */
  S self();

  /** The column of images. */
  default Param<String> imageCol() {
    return imageParams().imageCol;
  }

  /** The column that tells rows apart. */
  default Param<String> idCol() {
    return imageParams().idCol;
  }

  /** The shape of images that are pixels. */
  default Param<String> imageShape() {
    return imageParams().imageShape;
  }

  /** The column for the likeliest class. */
  default Param<String> predictionCol() {
    return imageParams().predictionCol;
  }

  /** The column for the classes' probabilities. */
  default Param<String> probabilityCol() {
    return imageParams().probabilityCol;
  }

  /** The column for the classes' logits. */
  default Param<String> rawPredictionCol() {
    return imageParams().rawPredictionCol;
  }

  /** What is done with rows whose image cannot be used. */
  default Param<String> handleInvalid() {
    return imageParams().handleInvalid;
  }

  /** What computes. */
  default Param<String> engine() {
    return imageParams().engine;
  }

  /** Which parameters predict. */
  default Param<String> parameters() {
    return imageParams().parameters;
  }

  /** Sets the column of images; {@code image} unless set. */
  default S setImageCol(String value) {
    set(imageCol(), value);
    return self();
  }

  /** Sets the column that tells rows apart, as a path. */
  default S setIdCol(String value) {
    set(idCol(), value);
    return self();
  }

  /** Says that images are pixels of a shape, unsigned bytes [channels, height, width]. */
  default S setImageShape(String value) {
    FeatureShape.parse(value);
    set(imageShape(), value);
    return self();
  }

  /** Sets the column for the likeliest class; {@code prediction} unless set. */
  default S setPredictionCol(String value) {
    set(predictionCol(), value);
    return self();
  }

  /** Sets the column for probabilities; {@code probability} unless set. */
  default S setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return self();
  }

  /** Sets the column for logits; {@code rawPrediction} unless set. */
  default S setRawPredictionCol(String value) {
    set(rawPredictionCol(), value);
    return self();
  }

  /** Sets what is done with images that cannot be used; {@code error} unless set. */
  default S setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return self();
  }

  /** Sets what computes; unless set, what the run was computed by. */
  default S setEngine(String value) {
    set(engine(), value);
    return self();
  }

  /** Sets which parameters predict, trained or their moving average; {@code trained} unless set. */
  default S setParameters(String value) {
    set(parameters(), value);
    return self();
  }

  /** Whether the moving average predicts. */
  default boolean isAverage() {
    return getOrDefault(parameters()).equals(KebabCase.of(ParameterChoice.AVERAGE));
  }

  /** The shape of images that are pixels, if they are. */
  default Optional<FeatureShape> pixels() {
    return isSet(imageShape())
        ? Optional.of(FeatureShape.parse(getOrDefault(imageShape())))
        : Optional.empty();
  }

  /** The column that tells rows apart, if there is one. */
  default Optional<String> id() {
    return isSet(idCol()) ? Optional.of(getOrDefault(idCol())) : Optional.empty();
  }

  /** Gives params the values that they have unless they are set. */
  default void setImageDefaults() {
    setDefault(imageCol(), "image");
    setDefault(predictionCol(), "prediction");
    setDefault(probabilityCol(), "probability");
    setDefault(rawPredictionCol(), "rawPrediction");
    setDefault(handleInvalid(), ImageParamSet.ERROR);
    setDefault(parameters(), KebabCase.of(ParameterChoice.TRAINED));
  }
}
