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
import org.sscspark.spark.trial.TrialResult;

/** What is told of a trial. */
final class TrialFields {
  private static final Field<TrialResult, String> TRIAL =
      Field.word("trial", "trial", one -> one.trial().name());

  private static final Field<TrialResult, String> METHOD =
      Field.word("method", "method", one -> one.trial().experiment().method().name());

  private static final Field<TrialResult, Double> ASKED_DENSITY =
      Field.formatted(
          "askedDensity",
          "density",
          FieldType.NUMBER,
          one -> Optional.of(one.trial().experiment().density()),
          Words::asked);

  private static final Field<TrialResult, Long> SEED =
      Field.formatted(
          "seed",
          "seed",
          FieldType.COUNT,
          one -> Optional.of(one.trial().experiment().seed()),
          seed -> Long.toString(seed));

  private static final Field<TrialResult, String> STATE =
      Field.word("state", "state", one -> one.state().name().toLowerCase(Locale.ROOT));

  private static final Field<TrialResult, String> FAILURE =
      Field.of(
          "failure",
          "why it failed",
          FieldType.WORD,
          TrialResult::failure,
          one -> one.isDone() ? "" : one.failure().orElse(""));

  private static final Field<TrialResult, Long> EPOCHS =
      Field.of(
          "epochs",
          "epochs",
          FieldType.COUNT,
          one -> Optional.of((long) one.epochs().size()),
          one -> one.epochs().size() + "/" + one.trial().experiment().train().epochs());

  static final Field<TrialResult, Double> LAST_ACCURACY =
      number("lastAccuracy", "accuracy, last epoch", TrialResult::lastAccuracy, Figures::percent);

  static final Field<TrialResult, Double> BEST_ACCURACY =
      number("bestAccuracy", "best epoch", TrialResult::bestAccuracy, Figures::percent);

  static final Field<TrialResult, Double> SECONDS_PER_EPOCH =
      number(
          "secondsPerEpoch",
          "s/epoch",
          TrialResult::secondsPerEpoch,
          value -> Figures.fixed(value, 2));

  private static final Field<TrialResult, Double> TRAINING_SECONDS =
      number(
          "trainingSeconds",
          "training s",
          TrialResult::trainingSeconds,
          value -> Figures.fixed(value, 1));

  static final Field<TrialResult, Double> TRAINING_MACS =
      Field.formatted(
          "trainingMacs",
          "training MACs",
          FieldType.NUMBER,
          TrialResult::trainingMacs,
          Figures::large);

  static final Field<TrialResult, Long> PARAMETERS =
      ofNetwork(
          "parameters",
          "parameters",
          FieldType.COUNT,
          network -> network.summary().parameters(),
          Figures::count);

  static final Field<TrialResult, Double> DENSITY =
      ofNetwork(
          "density", "density", FieldType.NUMBER, TrialResult.Trained::density, Figures::percent);

  static final Field<TrialResult, Double> EFFECTIVE_DENSITY =
      ofNetwork(
          "effectiveDensity",
          "effective",
          FieldType.NUMBER,
          TrialResult.Trained::effectiveDensity,
          Figures::percent);

  static final Field<TrialResult, Long> EFFECTIVE_NODES =
      ofNetwork(
          "effectiveNodes",
          "nodes",
          FieldType.COUNT,
          network -> (long) network.summary().effectiveNodes(),
          Figures::count);

  static final Field<TrialResult, Double> LOG10_PATHS =
      Field.formatted(
          "log10Paths",
          "paths, log10",
          FieldType.NUMBER,
          one -> one.network().map(TrialResult.Trained::log10Paths).filter(Double::isFinite),
          value -> Figures.fixed(value, 1));

  static final Field<TrialResult, Long> MACS =
      ofNetwork(
          "macs",
          "MACs",
          FieldType.COUNT,
          network -> network.summary().keptMacs(),
          value -> Figures.large((double) value));

  static final Field<TrialResult, Long> CHECKPOINT_BYTES =
      ofNetwork(
          "checkpointBytes",
          "checkpoint",
          FieldType.COUNT,
          TrialResult.Trained::checkpointBytes,
          Figures::bytes);

  static final Field<TrialResult, List<String>> COLLAPSED_LAYERS =
      ofNetwork(
          "collapsedLayers",
          "collapsed layers",
          FieldType.WORDS,
          TrialResult.Trained::collapsedLayers,
          layers -> String.join(", ", layers));

  /** For people. */
  static final Fields<TrialResult> TABLE = Fields.of(TRIAL, STATE, EPOCHS, LAST_ACCURACY, FAILURE);

  /** For other programs: no times, so that equal plans give equal bytes. */
  static final Fields<TrialResult> RESULTS =
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
  static final Fields<TrialResult> TIMES =
      Fields.of(TRIAL, METHOD, ASKED_DENSITY, SEED, SECONDS_PER_EPOCH, TRAINING_SECONDS);

  /** What a document says before the curve. */
  static final Fields<TrialResult> IDENTITY =
      Fields.of(TRIAL, METHOD, ASKED_DENSITY, SEED, STATE, FAILURE);

  /** What a document says before the layers. */
  static final Fields<TrialResult> NETWORK =
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
  static final Fields<TrialResult> TIME = Fields.of(TRIAL, SECONDS_PER_EPOCH, TRAINING_SECONDS);

  private TrialFields() {}

  private static Field<TrialResult, Double> number(
      String name,
      String title,
      Function<TrialResult, OptionalDouble> value,
      Function<Double, String> format) {
    return Field.formatted(
        name, title, FieldType.NUMBER, one -> optional(value.apply(one)), format);
  }

  private static Optional<Double> optional(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  private static <V> Field<TrialResult, V> ofNetwork(
      String name,
      String title,
      FieldType<V> type,
      Function<TrialResult.Trained, V> value,
      Function<V, String> format) {
    return Field.formatted(name, title, type, one -> one.network().map(value), format);
  }
}
