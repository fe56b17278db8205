package org.sscspark.spark.compare;

import java.io.Serializable;
import java.util.List;
import org.sscspark.engine.Processor;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.spark.averaging.LocalMaster;
import org.sscspark.spark.averaging.OuterStep;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.spark.averaging.TrainingJob;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.RoundMetrics;

/**
 * Times the first steps of trainings in turn, in the thread that asks, so that a noisy machine is
 * noisy to all of them. One replica is there at a time. A turn is two rounds, of which the second
 * counts; turns before the first that counts let the compiler do its work.
 */
record StepTimer(List<TrainingJob> jobs) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Steps of one round. */
  static final int STEPS = 5;

  /** Turns that count. */
  static final int TURNS = 7;

  private static final int WARM_UP_TURNS = 2;

  StepTimer {
    jobs = List.copyOf(jobs);
  }

  /**
   * What was measured.
   *
   * @param seconds of a step, by job and turn
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, where it arrives.
  record Measured(String processor, String engine, double[][] seconds) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  Measured measure() {
    double[][] seconds = new double[jobs.size()][TURNS];
    String engine = "";
    for (int turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
      for (int job = 0; job < jobs.size(); job++) {
        RoundMaster.Round round = second(jobs.get(job));
        engine = round.engine().toString();
        if (turn >= 0) {
          seconds[job][turn] = seconds(round.metrics(), jobs.get(job).plan().batch());
        }
      }
    }
    return new Measured(Processor.description(), engine, seconds);
  }

  private static RoundMaster.Round second(TrainingJob job) {
    try (RoundMaster master = new LocalMaster(job, new OuterStep.Mean())) {
      float[] initial = Initialization.parameters(job.network(), FanIn.DENSE, job.seed());
      return master.round(master.round(master.initial(initial)).state());
    }
  }

  /** Of a whole minibatch, also where the round's last had fewer images. */
  private static double seconds(RoundMetrics metrics, int batch) {
    PhaseSeconds phases = metrics.phases();
    double computing = phases.forward() + phases.backward() + phases.update();
    return computing * batch / metrics.tally().examples();
  }
}
