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
    boolean same =
        last.isPresent()
            ? last.get().computesAs(now)
            : run.record().lastEngine().filter(now::isRecordedAs).isPresent();
    if (!same) {
      record(round.metrics().globalRound(), now);
    }
    last = Optional.of(now);
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
