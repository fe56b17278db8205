package org.sscspark.spark.bench;

import java.util.Locale;
import java.util.Optional;
import org.sscspark.spark.averaging.AveragingMaster;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingState;

/** Rounds of this project's master. */
final class SparseRounds implements Contender {
  private final Reduction reduction;
  private final int workers;
  private final AveragingMaster master;
  private final long images;
  private TrainingState state;

  SparseRounds(AveragingSetup setup, int workers, Reduction reduction) {
    this.reduction = reduction;
    this.workers = workers;
    this.master = setup.master(workers, reduction);
    this.images = setup.imagesOfRound(workers);
    this.state = master.initial(setup.initialParameters());
  }

  @Override
  public String name() {
    return reduction.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int workers() {
    return workers;
  }

  /** The last round of an epoch may be short; then another follows. */
  @Override
  public Sample round() {
    RoundMetrics metrics;
    do {
      RoundMaster.Round round = master.round(state);
      state = round.state();
      metrics = round.metrics();
    } while (metrics.tally().examples() != images);
    return new Sample(metrics.seconds().total(), Optional.of(metrics.seconds()), images);
  }

  @Override
  public void close() {
    master.close();
  }
}
