package org.sscspark.spark.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.engine.EngineDescription;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.training.TrainingState;

/** Writes into a run's record what computes its rounds, whenever that changes. */
final class EngineRecorder implements RoundMaster {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRecorder.class);

  private final RoundMaster master;
  private final RunDirectory run;
  private Optional<EngineDescription> last = Optional.empty();

  EngineRecorder(RoundMaster master, RunDirectory run) {
    this.master = master;
    this.run = run;
  }

  @Override
  public TrainingState initial(float[] initialParameters) {
    return master.initial(initialParameters);
  }

  @Override
  public Round round(TrainingState state) {
    Round round = master.round(state);
    EngineDescription now = round.engine();
    // The first round may be one that is computed again, and the record may tell of later ones.
    if (last.isEmpty() || !last.get().computesAs(now)) {
      record(round.metrics().globalRound(), now);
    }
    last = Optional.of(now);
    return round;
  }

  private void record(long round, EngineDescription engine) {
    Optional<String> recorded = run.record().engineAt(round).filter(engine::isRecordedAs);
    Optional<String> before = run.record().engineAt(round - 1);
    if (before.isPresent() && !engine.isRecordedAs(before.get())) {
      LOG.warn(
          "The run in {} was computed with {} before round {} and continues with {}; results may"
              + " differ in their last bits",
          run.root(),
          before.get(),
          round,
          engine);
    } else if (recorded.isEmpty()) {
      LOG.info("From round {} on executors compute with {}", round, engine);
    }
    try {
      run.recordEngine(round, recorded.orElseGet(engine::toString));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    master.close();
  }
}
