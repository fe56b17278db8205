package org.sscspark.spark.compare;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;

/** What is told of a method at a density. */
final class CellFields {
  private static final Field<Cell, String> METHOD =
      Field.word("method", "method", cell -> cell.key().label());

  private static final Field<Cell, String> CHOSEN =
      Field.word("chosen", "chosen", cell -> Words.chosen(cell.key().method()));

  private static final Field<Cell, Double> ASKED_DENSITY =
      Field.formatted(
          "askedDensity",
          "asked",
          FieldType.NUMBER,
          cell -> Optional.of(cell.key().density()),
          Words::asked);

  private static final Field<Cell, Long> SEEDS =
      Field.of(
          "seeds",
          "seeds",
          FieldType.COUNT,
          cell -> Optional.of((long) cell.trials().size()),
          cell -> cell.done().size() + "/" + cell.trials().size());

  private static final Field<Cell, Long> EPOCHS = count("epochs", Cell::epochs);
  private static final Field<Cell, Long> DONE = count("done", cell -> cell.done().size());
  private static final Field<Cell, Long> FAILED = count("failed", cell -> cell.failed().size());

  private static final Field<Cell, Statistic> LAST_ACCURACY =
      TrialFields.LAST_ACCURACY.of(
          Statistic.TYPE,
          cell -> cell.lastAccuracy().known(),
          cell -> Words.accuracy(cell.lastAccuracy()));

  private static final Field<Cell, Statistic> BEST_ACCURACY =
      TrialFields.BEST_ACCURACY.of(
          Statistic.TYPE,
          cell -> cell.bestAccuracy().known(),
          cell -> Words.accuracy(cell.bestAccuracy()));

  private static final Field<Cell, Statistic> PARAMETERS =
      mean(TrialFields.PARAMETERS, Cell::parameters, value -> Figures.count(Math.round(value)));

  /** Until it is known, people see what was asked for. */
  private static final Field<Cell, Statistic> DENSITY =
      TrialFields.DENSITY.of(
          Statistic.TYPE,
          cell -> cell.density().known(),
          cell ->
              cell.density().isKnown()
                  ? Figures.percent(cell.density().mean())
                  : Words.asked(cell.key().density()) + " asked");

  private static final Field<Cell, Statistic> EFFECTIVE_DENSITY =
      mean(TrialFields.EFFECTIVE_DENSITY, Cell::effectiveDensity, Figures::percent);

  private static final Field<Cell, Statistic> EFFECTIVE_NODES =
      mean(
          TrialFields.EFFECTIVE_NODES,
          Cell::effectiveNodes,
          value -> Figures.count(Math.round(value)));

  private static final Field<Cell, Statistic> LOG10_PATHS =
      mean(TrialFields.LOG10_PATHS, Cell::log10Paths, value -> Figures.fixed(value, 1));

  private static final Field<Cell, Statistic> MACS =
      mean(TrialFields.MACS, Cell::macs, Figures::large);

  private static final Field<Cell, Statistic> MAC_SHARE =
      Field.of(
          "macShare",
          "MACs of dense",
          Statistic.TYPE,
          cell -> cell.macShare().known(),
          cell -> Words.known(cell.macShare(), Figures::percent));

  private static final Field<Cell, Statistic> TRAINING_MACS =
      mean(TrialFields.TRAINING_MACS, Cell::trainingMacs, Figures::large);

  private static final Field<Cell, Statistic> SECONDS_PER_EPOCH =
      mean(
          TrialFields.SECONDS_PER_EPOCH,
          Cell::secondsPerEpoch,
          value -> Figures.fixed(value, value < 10 ? 2 : 1));

  private static final Field<Cell, Statistic> CHECKPOINT_BYTES =
      mean(
          TrialFields.CHECKPOINT_BYTES,
          Cell::checkpointBytes,
          value -> Figures.bytes(Math.round(value)));

  private static final Field<Cell, List<String>> COLLAPSED_LAYERS =
      TrialFields.COLLAPSED_LAYERS.of(
          FieldType.WORDS,
          cell -> Optional.of(cell.collapsedLayers()),
          cell -> String.join(", ", cell.collapsedLayers()));

  private static final Field<Cell, Long> COLLAPSED =
      Field.formatted(
          "collapsed",
          "collapsed",
          FieldType.COUNT,
          cell ->
              cell.designed().isEmpty()
                  ? Optional.empty()
                  : Optional.of((long) cell.collapsedLayers().size()),
          Figures::count);

  /** For people. */
  static final Fields<Cell> TABLE =
      Fields.of(
          METHOD,
          CHOSEN,
          DENSITY,
          EFFECTIVE_DENSITY,
          EFFECTIVE_NODES,
          LOG10_PATHS,
          PARAMETERS,
          MACS,
          EPOCHS,
          TRAINING_MACS,
          LAST_ACCURACY,
          BEST_ACCURACY,
          SECONDS_PER_EPOCH,
          CHECKPOINT_BYTES,
          SEEDS,
          COLLAPSED);

  /** What {@link #TABLE} has no column for where all rows have the same. */
  static final Fields<Cell> CIRCUMSTANCES = Fields.of(CHOSEN, EPOCHS, SEEDS, COLLAPSED);

  /** What {@link #PAGE} has no column for where all rows prune at initialisation. */
  static final Fields<Cell> TIME_OF_CHOICE = Fields.of(CHOSEN);

  /** For a page beside others: no times, for the machine may have been shared. */
  static final Fields<Cell> PAGE =
      Fields.of(
          METHOD,
          CHOSEN,
          DENSITY,
          EFFECTIVE_DENSITY,
          PARAMETERS,
          MACS,
          TRAINING_MACS,
          LAST_ACCURACY,
          SEEDS);

  /** For other programs: no times, so that equal plans give equal bytes. */
  static final Fields<Cell> RESULTS =
      Fields.of(
          METHOD,
          CHOSEN,
          ASKED_DENSITY,
          SEEDS,
          DONE,
          FAILED,
          LAST_ACCURACY,
          BEST_ACCURACY,
          PARAMETERS,
          DENSITY,
          EFFECTIVE_DENSITY,
          EFFECTIVE_NODES,
          LOG10_PATHS,
          MACS,
          MAC_SHARE,
          EPOCHS,
          TRAINING_MACS,
          CHECKPOINT_BYTES,
          COLLAPSED_LAYERS);

  private CellFields() {}

  private static Field<Cell, Long> count(String name, Function<Cell, Integer> value) {
    return Field.formatted(
        name, name, FieldType.COUNT, cell -> Optional.of((long) value.apply(cell)), Figures::count);
  }

  /** What is told of a trial, over seeds; people see the mean alone. */
  private static Field<Cell, Statistic> mean(
      Field<?, ?> ofTrial, Function<Cell, Statistic> value, Function<Double, String> format) {
    return ofTrial.of(
        Statistic.TYPE,
        cell -> value.apply(cell).known(),
        cell -> Words.known(value.apply(cell), format));
  }
}
