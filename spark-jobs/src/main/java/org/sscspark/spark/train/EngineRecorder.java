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
record EngineRecorder(RoundMaster master, RunDirectory run) implements RoundMaster {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRecorder.class);

  @Override
  public TrainingState initial(float[] initialParameters) {
    return master.initial(initialParameters);
  }

  @Override
  public Round round(TrainingState state) {
    Round round = master.round(state);
    Optional<String> last = run.record().lastEngine();
    boolean same =
        last.flatMap(EngineDescription::parse)
            .filter(before -> before.computesAs(round.engine()))
            .isPresent();
    if (!same) {
      record(round.metrics().globalRound(), round.engine());
    }
    return round;
  }

  private void record(long round, EngineDescription engine) {
    LOG.info("From round {} on executors compute with {}", round, engine);
    try {
      run.recordEngine(round, engine.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    master.close();
  }
}
