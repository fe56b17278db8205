package org.sscspark.spark.averaging;

import java.util.List;
import org.sscspark.spark.gpu.DeviceBinding;
import org.sscspark.training.TrainingState;

/**
 * Parameter averaging over one worker, in the thread that asks: a whole run fits into one Spark
 * task. The mean of one vector is that vector, so the bits are those of {@link AveragingMaster}
 * with one worker.
 */
public final class LocalMaster implements RoundMaster {
  private final RoundArithmetic arithmetic;
  private final Worker worker;

  /** Makes the worker. */
  public LocalMaster(TrainingJob job, OuterStep outer) {
    if (job.plan().workers() != 1) {
      throw new IllegalArgumentException(
          "A local run has one worker, the plan has " + job.plan().workers());
    }
    this.arithmetic = new RoundArithmetic(job, outer);
    this.worker = new Worker(job, DeviceBinding.ofTask());
  }

  @Override
  public TrainingState initial(float[] initialParameters) {
    return arithmetic.initial(initialParameters);
  }

  @Override
  public Round round(TrainingState state) {
    RoundClock clock = new RoundClock();
    byte[] start = arithmetic.start(state);
    clock.sent();
    Contribution contribution = worker.round(0, state.progress(), start, 0);
    clock.averaged();
    WorkerReport.Trained report = contribution.report(WorkerReport.class).orThrow();
    return arithmetic.end(state, FloatBytes.decode(contribution.values()), List.of(report), clock);
  }

  @Override
  public void close() {
    worker.close();
  }
}
