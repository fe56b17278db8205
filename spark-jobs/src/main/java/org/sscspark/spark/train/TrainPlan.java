package org.sscspark.spark.train;

import java.util.Locale;
import java.util.Optional;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.training.FrozenLayers;
import org.sscspark.training.RoundPlan;

/**
 * What a run will do and move, before it does.
 *
 * @param parameters what is trained: kept weights, biases, scales and shifts
 * @param density kept over prunable weights of the dense network
 * @param examples of the training set
 * @param batch examples of one worker's minibatch
 * @param globalBatch examples of all workers' minibatches of one step
 * @param frequency minibatches of a worker in one round
 * @param vectorBytes the parameters and optimizer state that travel, once
 * @param workerReceivesBytes what each worker gets in a round; executors share one copy
 * @param workerSendsBytes what each worker returns in a round
 * @param driverReceivesBytes what reaches the driver in a round
 * @param replica one worker's memory by the plan of the network: vectors and buffers for one
 *     minibatch
 * @param evaluation what an evaluation takes beside it, likewise; nothing without one
 * @param driverBytes what the driver holds in a round, at least
 * @param checkpointBytes an estimate of one checkpoint, without files for other programs
 * @param modelZipBytes an estimate of what the last and the best have besides, if they are to be
 *     models for DL4J too
 * @param start the trained weights that the run starts from and where it resumes, in words; null of
 *     a new one from initial weights
 * @param frozen parameters that do not change
 */
public record TrainPlan(
    String model,
    int parameters,
    double density,
    long examples,
    int workers,
    int batch,
    long globalBatch,
    int frequency,
    int epochs,
    long stepsPerEpoch,
    int roundsPerEpoch,
    Reduction reduction,
    long vectorBytes,
    long workerReceivesBytes,
    long workerSendsBytes,
    long driverReceivesBytes,
    ReplicaMemory replica,
    ReplicaMemory evaluation,
    long driverBytes,
    long checkpointBytes,
    long modelZipBytes,
    String start,
    int frozen) {

  /**
   * Plans a run whose number of workers is explicit.
   *
   * @param engines what computes
   * @param density of the network, as a result reports it
   * @param evaluated images of one forward pass of an evaluation; 0 without one
   * @param start the trained weights that the run starts from and where it resumes, in words
   */
  static TrainPlan of(
      Experiment experiment,
      Place.Computing engines,
      NetworkSpec network,
      double density,
      RoundPlan rounds,
      int evaluated,
      Optional<String> start) {
    ParameterLayout layout = ParameterLayout.of(network);
    long state = experiment.train().optimizer().stateSize(layout);
    boolean averaged = experiment.averaging().optimizerState() == OptimizerStateMode.AVERAGE;
    long vectorBytes = Float.BYTES * (layout.size() + (averaged ? state : 0));
    Reduction reduction = experiment.averaging().reduce().resolve(vectorBytes, rounds.workers());
    long outer = experiment.averaging().outer().outerStep().stateLength(layout.trainableCount());
    long average = experiment.train().ema().kept() ? layout.size() : 0;
    long stateBytes = Float.BYTES * (layout.size() + state + outer + average);
    return new TrainPlan(
        network.name(),
        layout.trainableCount(),
        density,
        rounds.examples(),
        rounds.workers(),
        rounds.batch(),
        (long) rounds.batch() * rounds.workers(),
        rounds.period().at(0),
        experiment.train().epochs(),
        rounds.stepsPerEpoch(),
        rounds.rounds(0),
        reduction,
        vectorBytes,
        vectorBytes,
        vectorBytes,
        reduction == Reduction.COLLECT ? vectorBytes * rounds.workers() : vectorBytes,
        Engines.memory(
                engines.workers(),
                ReplicaUse.training(
                    network,
                    rounds.batch(),
                    engines.threads(),
                    experiment.engine().featureStorage()))
            .withState(Float.BYTES * state),
        evaluated == 0
            ? ReplicaMemory.NONE
            : Engines.memory(engines.evaluation(), ReplicaUse.answering(network, evaluated)),
        // The state before the round and after it, and the sum in double precision.
        2 * stateBytes
            + (reduction == Reduction.COLLECT ? vectorBytes * (rounds.workers() + 2) : vectorBytes),
        stateBytes,
        experiment.checkpoint().modelZip() ? Float.BYTES * (layout.size() + state) : 0,
        start.orElse(null),
        FrozenLayers.of(network, experiment.train().freeze()).count());
  }

  /** The plan as lines of text. */
  public String toText() {
    return String.format(
        Locale.ROOT,
        """
        Plan
          model        %s, %,d parameters, %.2f %% of the prunable weights
          data         %,d examples, %d epochs
          workers      %d, minibatches of %d each (%,d together)
          rounds       %d minibatches a worker, %,d steps and %,d rounds an epoch
          round        each worker gets %s and sends %s; the driver receives %s (%s)
          memory       %s a worker%s, besides decoded shards; %s in the driver
          checkpoint   about %s%s%s%s""",
        model,
        parameters,
        100 * density,
        examples,
        epochs,
        workers,
        batch,
        globalBatch,
        frequency,
        stepsPerEpoch,
        roundsPerEpoch,
        bytes(workerReceivesBytes),
        bytes(workerSendsBytes),
        bytes(driverReceivesBytes),
        reduction == Reduction.COLLECT ? "collected" : "by slices",
        memory(replica),
        evaluation.equals(ReplicaMemory.NONE) ? "" : " and " + memory(evaluation) + " to evaluate",
        bytes(driverBytes),
        bytes(checkpointBytes),
        modelZipBytes == 0 ? "" : ", the last and the best " + bytes(modelZipBytes) + " more",
        start == null ? "" : "\n  start        " + start,
        frozen == 0 ? "" : String.format(Locale.ROOT, "\n  frozen       %,d parameters", frozen));
  }

  /** The heap is not said where nothing else is taken. */
  private static String memory(ReplicaMemory memory) {
    return bytes(memory.heap())
        + (memory.outside() == 0 ? "" : " of heap, " + bytes(memory.outside()) + " outside of it")
        + (memory.gpu() == 0 ? "" : " of heap, " + bytes(memory.gpu()) + " of its GPU");
  }

  private static String bytes(long bytes) {
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
  }
}
