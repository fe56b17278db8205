package org.sscspark.spark.compare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.spark.trial.TrialNetwork;
import org.sscspark.spark.trial.TrialResult;

/** What is told of a trial in a comparison. */
final class TrialFields {
  private static final Field<TrialRow, String> TRIAL =
      Field.word("trial", "trial", one -> one.result().trial().name());

  private static final Field<TrialRow, String> METHOD =
      Field.word("method", "method", one -> one.key().label());

  private static final Field<TrialRow, Double> ASKED_DENSITY =
      Field.formatted(
          "askedDensity",
          "density",
          FieldType.NUMBER,
          one -> Optional.of(one.key().density()),
          Words::asked);

  private static final Field<TrialRow, Long> SEED =
      Field.formatted(
          "seed",
          "seed",
          FieldType.COUNT,
          one -> Optional.of(one.result().trial().experiment().seed()),
          seed -> Long.toString(seed));

  private static final Field<TrialRow, String> STATE =
      Field.word("state", "state", one -> one.result().state().name().toLowerCase(Locale.ROOT));

  private static final Field<TrialRow, String> FAILURE =
      Field.of(
          "failure",
          "why it failed",
          FieldType.WORD,
          one -> one.result().failure(),
          one -> one.result().isDone() ? "" : one.result().failure().orElse(""));

  private static final Field<TrialRow, Long> EPOCHS =
      Field.of(
          "epochs",
          "epochs",
          FieldType.COUNT,
          one -> Optional.of((long) one.result().epochs().size()),
          one ->
              one.result().epochs().size()
                  + "/"
                  + one.result().trial().experiment().train().epochs());

  static final Field<TrialRow, Double> LAST_ACCURACY =
      number("lastAccuracy", "accuracy, last epoch", TrialResult::lastAccuracy, Figures::percent);

  static final Field<TrialRow, Double> BEST_ACCURACY =
      number("bestAccuracy", "best epoch", TrialResult::bestAccuracy, Figures::percent);

  static final Field<TrialRow, Double> SECONDS_PER_EPOCH =
      number(
          "secondsPerEpoch",
          "s/epoch",
          TrialResult::secondsPerEpoch,
          value -> Figures.fixed(value, 2));

  private static final Field<TrialRow, Double> TRAINING_SECONDS =
      number(
          "trainingSeconds",
          "training s",
          TrialResult::trainingSeconds,
          value -> Figures.fixed(value, 1));

  static final Field<TrialRow, Double> TRAINING_MACS =
      Field.formatted(
          "trainingMacs",
          "training MACs",
          FieldType.NUMBER,
          one -> one.result().trainingMacs(),
          Figures::large);

  static final Field<TrialRow, Long> PARAMETERS =
      ofNetwork(
          "parameters", "parameters", FieldType.COUNT, TrialNetwork::parameters, Figures::count);

  static final Field<TrialRow, Double> DENSITY =
      ofNetwork("density", "density", FieldType.NUMBER, TrialNetwork::density, Figures::percent);

  static final Field<TrialRow, Double> EFFECTIVE_DENSITY =
      ofNetwork(
          "effectiveDensity",
          "effective",
          FieldType.NUMBER,
          TrialNetwork::effectiveDensity,
          Figures::percent);

  static final Field<TrialRow, Long> EFFECTIVE_NODES =
      ofNetwork(
          "effectiveNodes", "nodes", FieldType.COUNT, TrialNetwork::effectiveNodes, Figures::count);

  static final Field<TrialRow, Double> LOG10_PATHS =
      Field.formatted(
          "log10Paths",
          "paths, log10",
          FieldType.NUMBER,
          one -> one.result().network().map(TrialNetwork::log10Paths).filter(Double::isFinite),
          value -> Figures.fixed(value, 1));

  static final Field<TrialRow, Long> MACS =
      ofNetwork(
          "macs",
          "MACs",
          FieldType.COUNT,
          TrialNetwork::macs,
          value -> Figures.large((double) value));

  static final Field<TrialRow, Long> CHECKPOINT_BYTES =
      ofNetwork(
          "checkpointBytes",
          "checkpoint",
          FieldType.COUNT,
          TrialNetwork::checkpointBytes,
          Figures::bytes);

  static final Field<TrialRow, List<String>> COLLAPSED_LAYERS =
      ofNetwork(
          "collapsedLayers",
          "collapsed layers",
          FieldType.WORDS,
          TrialNetwork::collapsedLayers,
          layers -> String.join(", ", layers));

  /** For people. */
  static final Fields<TrialRow> TABLE = Fields.of(TRIAL, STATE, EPOCHS, LAST_ACCURACY, FAILURE);

  /** For other programs: no times, so that equal plans give equal bytes. */
  static final Fields<TrialRow> RESULTS =
      Fields.of(
          TRIAL,
          METHOD,
          ASKED_DENSITY,
          SEED,
          STATE,
          EPOCHS,
          LAST_ACCURACY,
          BEST_ACCURACY,
          PARAMETERS,
          DENSITY,
          EFFECTIVE_DENSITY,
          EFFECTIVE_NODES,
          LOG10_PATHS,
          MACS,
          TRAINING_MACS,
          CHECKPOINT_BYTES,
          COLLAPSED_LAYERS);

  /** Seconds of training, without evaluation. */
  static final Fields<TrialRow> TIMES =
      Fields.of(TRIAL, METHOD, ASKED_DENSITY, SEED, SECONDS_PER_EPOCH, TRAINING_SECONDS);

  /** What a document says before the curve. */
  static final Fields<TrialRow> IDENTITY =
      Fields.of(TRIAL, METHOD, ASKED_DENSITY, SEED, STATE, FAILURE);

  /** What a document says before the layers. */
  static final Fields<TrialRow> NETWORK =
      Fields.of(
          PARAMETERS,
          DENSITY,
          EFFECTIVE_DENSITY,
          EFFECTIVE_NODES,
          LOG10_PATHS,
          MACS,
          TRAINING_MACS,
          CHECKPOINT_BYTES);

  /** What a document says of times. */
  static final Fields<TrialRow> TIME = Fields.of(TRIAL, SECONDS_PER_EPOCH, TRAINING_SECONDS);

  private TrialFields() {}

  private static Field<TrialRow, Double> number(
      String name,
      String title,
      Function<TrialResult, OptionalDouble> value,
      Function<Double, String> format) {
    return Field.formatted(
        name, title, FieldType.NUMBER, one -> optional(value.apply(one.result())), format);
  }

  private static Optional<Double> optional(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  private static <V> Field<TrialRow, V> ofNetwork(
      String name,
      String title,
      FieldType<V> type,
      Function<TrialNetwork, V> value,
      Function<V, String> format) {
    return Field.formatted(name, title, type, one -> one.result().network().map(value), format);
  }
}
