package org.sscspark.training;

import java.util.Optional;

/** Adds rounds up to an epoch's metrics. */
public final class EpochClock {
  private Tally tally;
  private long timedExamples;
  private PhaseSeconds phases = PhaseSeconds.NONE;
  private RoundSeconds seconds = RoundSeconds.NONE;
  private Optional<RoundMetrics> last = Optional.empty();

  /** Starts with the rounds of the epoch that the state has behind it. */
  public EpochClock(TrainingState start) {
    this.tally = start.epochTally();
  }

  /** Adds the next round. */
  public void add(RoundMetrics round) {
    tally = tally.plus(round.tally());
    timedExamples += round.tally().examples();
    phases = phases.plus(round.phases());
    seconds = seconds.plus(round.seconds());
    last = Optional.of(round);
  }

  /**
   * The metrics of the epoch, not evaluated.
   *
   * @throws IllegalStateException before the first round
   */
  public EpochMetrics metrics() {
    RoundMetrics round =
        last.orElseThrow(() -> new IllegalStateException("The epoch has had no round yet"));
    return new EpochMetrics(
        round.epoch(),
        round.globalRound(),
        round.iteration(),
        tally,
        round.learningRate(),
        timedExamples,
        phases,
        seconds,
        Optional.empty(),
        Optional.empty());
  }
}
