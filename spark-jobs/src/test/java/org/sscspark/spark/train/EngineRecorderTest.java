package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.engine.EngineDescription;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.RoundSeconds;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingState;

class EngineRecorderTest {
  private static final EngineDescription LANE =
      new EngineDescription("lane", 8, 2, "AVX2", "8 lanes");
  private static final EngineDescription CUDA =
      new EngineDescription("cuda", 1, 1, "H200", "cuda 1");

  @TempDir private Path folder;

  private RunDirectory run() throws IOException {
    RunRecord record =
        new RunRecord("{\"seed\":1}", new TreeMap<>(Map.of("sha256", "abc")), new TreeMap<>());
    return RunDirectory.startOrResume(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(folder.resolve("run").toUri()),
        record);
  }

  /** Computes rounds, from 1, with an engine, as a run that resumes there. */
  private void compute(EngineDescription engine, long first, long last) throws IOException {
    try (EngineRecorder recorder = new EngineRecorder(new Rounds(engine, first), run())) {
      for (long round = first; round <= last; round++) {
        recorder.round(null);
      }
    }
  }

  private static final class Rounds implements RoundMaster {
    private final EngineDescription engine;
    private long next;

    Rounds(EngineDescription engine, long first) {
      this.engine = engine;
      this.next = first;
    }

    @Override
    public TrainingState initial(float[] initialParameters) {
      throw new AssertionError("Not asked");
    }

    @Override
    public Round round(TrainingState state) {
      RoundMetrics metrics =
          new RoundMetrics(
              0, 0, next++, 0, new Tally(1, 1, 1), 0.1, PhaseSeconds.NONE, RoundSeconds.NONE);
      return new Round(state, metrics, engine);
    }

    @Override
    public void close() {}
  }

  /** Kind: a record of what is computed again, on something else. */
  @Test
  void roundsThatAreComputedAgainAreTheirNewEnginesInTheRecord() throws IOException {
    String lane = LANE.toString();
    String cuda = CUDA.toString();
    compute(LANE, 1, 49);
    compute(CUDA, 50, 60);
    assertThat(run().record().engines()).containsExactly(Map.entry(1L, lane), Map.entry(50L, cuda));
    // The checkpoints behind round 40 were damaged.
    compute(CUDA, 41, 42);
    assertThat(run().record().engines()).containsExactly(Map.entry(1L, lane), Map.entry(41L, cuda));
    compute(LANE, 30, 31);
    assertThat(run().record().engines()).containsExactly(Map.entry(1L, lane));
  }

  /** Kind: a change of words that is told as one of what is computed. */
  @Test
  void anEngineThatIsRecordedInOtherWordsIsTheSame() throws IOException {
    compute(LANE, 1, 3);
    compute(new EngineDescription("lane", 8, 1, "AVX-512", "8 lanes"), 2, 3);
    assertThat(run().record().engines()).containsExactly(Map.entry(1L, LANE.toString()));
  }
}
