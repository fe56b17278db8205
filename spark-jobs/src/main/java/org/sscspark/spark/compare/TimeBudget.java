package org.sscspark.spark.compare;

import java.util.function.BiFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.pruning.Method;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.ImageSet;

/**
 * Epochs for each row of a comparison at equal training time: as many whole ones as fit, by the
 * times of steps that were measured when it was planned.
 *
 * @param base the settings of all trials; its epochs are those of SSC where SSC sets the budget
 * @param trials the settings of a row's trials with so many epochs
 */
record TimeBudget(
    Experiment base,
    ComparisonSettings settings,
    ImageSet images,
    TimedSteps times,
    BiFunction<CellKey, Integer, Experiment> trials) {
  /** What rounding may take from a budget that is met exactly. */
  private static final double ROUNDING = 1 + 1e-9;

  private static final int MOST_EPOCHS = 1_000_000;

  /** The row by whose network the steps of another are timed: there is one dense network. */
  static CellKey timed(CellKey key) {
    return key.method().equals(Method.DENSE) ? new CellKey(Method.DENSE, 1) : key;
  }

  /** Seconds of training for each method at a density. */
  double seconds(double density) {
    return settings
        .seconds()
        .orElseGet(() -> seconds(new CellKey(Method.SSC, density), base.train().epochs()));
  }

  /**
   * Seconds of so many epochs of a row, those before it prunes and gradients of all weights
   * included.
   */
  double seconds(CellKey key, int epochs) {
    int dense = denseEpochs(key.method(), epochs);
    double sparse = (epochs - dense) * epoch(key);
    if (!key.method().computesAllWeights()) {
      return sparse;
    }
    double gradients =
        trials
            .apply(key, epochs)
            .gradientExamples(images.examples(), images.classes().size(), /* done= */ 0);
    return sparse + (dense + gradients / images.examples()) * epoch(new CellKey(Method.DENSE, 1));
  }

  /** Whole epochs that fit; the fewest that there can be where none does. */
  int epochs(CellKey key) {
    double budget = seconds(key.density()) * ROUNDING;
    int fewest = 1;
    while (!isPossible(key.method(), fewest)) {
      fewest++;
    }
    double most = budget / shortestEpoch(key);
    if (most > MOST_EPOCHS) {
      throw new BadInputException(
          "compare.seconds = %s would train %s for more than a million epochs; give fewer"
              .formatted(seconds(key.density()), key.name()));
    }
    int epochs = Math.max(fewest, (int) most);
    while (epochs > fewest
        && (seconds(key, epochs) > budget || !isPossible(key.method(), epochs))) {
      epochs--;
    }
    return epochs;
  }

  /** That of the dense network, if it trains that first and a step of it is quicker. */
  private double shortestEpoch(CellKey key) {
    return key.method().denseShare() > 0
        ? Math.min(epoch(key), epoch(new CellKey(Method.DENSE, 1)))
        : epoch(key);
  }

  private boolean isPossible(Method method, int epochs) {
    int dense = denseEpochs(method, epochs);
    return method.denseShare() == 0 || (dense > 0 && dense < epochs);
  }

  private int denseEpochs(Method method, int epochs) {
    return method.denseEpochs(base.pruning().denseShare(), epochs);
  }

  private double epoch(CellKey key) {
    double steps = (double) images.examples() / base.train().batch();
    return steps * times.find(timed(key)).orElseThrow().seconds();
  }
}
