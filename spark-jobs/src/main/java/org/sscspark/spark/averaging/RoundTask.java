package org.sscspark.spark.averaging;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.gpu.DeviceBinding;
import org.sscspark.training.TrainingProgress;

/** A round as executors see it: a pure function from the worker's number to its contribution. */
final class RoundTask implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double NANO = 1e-9;

  /** One worker for each task slot; a task that fails closes its own. */
  private static final ExecutorPool<Slot, Worker> WORKERS = new ExecutorPool<>(1, Worker::close);

  /** A replica stays on its device, so a task that holds another one needs another replica. */
  private record Slot(String job, DeviceBinding device) {}

  private final OpenJobs.Jobs jobs;
  private final Broadcast<byte[]> job;
  private final Broadcast<byte[]> start;
  private final TrainingProgress progress;

  /**
   * Makes the task of a round.
   *
   * @param job a serialised {@link TrainingJob}
   * @param start encoded [parameters | optimizer state]
   */
  RoundTask(
      OpenJobs.Jobs jobs,
      Broadcast<byte[]> job,
      Broadcast<byte[]> start,
      TrainingProgress progress) {
    this.jobs = jobs;
    this.job = job;
    this.start = start;
    this.progress = progress;
  }

  Contribution contribution(int worker) {
    DeviceBinding device = DeviceBinding.ofTask();
    Slot key = new Slot(jobs.key(), device);
    WORKERS.keep(jobs.slots());
    WORKERS.closeIf(held -> jobs.hasEnded(held.job()));
    long began = System.nanoTime();
    byte[] vector = start.value();
    double fetchSeconds = NANO * (System.nanoTime() - began);
    Worker slot = WORKERS.borrow(key, () -> newWorker(device));
    Contribution contribution;
    try {
      contribution = slot.round(worker, progress, vector, fetchSeconds);
    } catch (Exception | Error e) {
      // Its memory may be a GPU's, which no garbage collector frees for the attempt that follows.
      closeAfter(e, slot);
      throw e;
    }
    WORKERS.giveBack(key, slot);
    return contribution;
  }

  private Worker newWorker(DeviceBinding device) {
    TrainingJob training = JavaBytes.read(job.value(), TrainingJob.class);
    try {
      return new Worker(training, device);
    } catch (BadInputException e) {
      // A GPU's memory may be full of idle workers, of jobs that have ended.
      if (!WORKERS.clear()) {
        throw e;
      }
      return new Worker(training, device);
    }
  }

  private static void closeAfter(Throwable failure, Worker slot) {
    try {
      slot.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** The workers that this JVM keeps for the next round. */
  static int idleWorkers() {
    return WORKERS.idle();
  }
}
