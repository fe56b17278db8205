package org.sscspark.spark.train;

import org.sscspark.checkpoint.CheckpointSettings;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.EngineSettings;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.SscSettings;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.PruningPlan;
import org.sscspark.pruning.PruningSettings;
import org.sscspark.spark.averaging.AveragingSettings;
import org.sscspark.training.Recipe;

/**
 * All settings of a training run; with the data set it decides every bit of the result.
 *
 * @param seed from which every random draw follows
 * @param engine what computes
 * @param method how the network's weights are chosen
 * @param density kept over prunable weights of the dense network, of methods that drop some
 * @param model the network before weights are dropped
 * @param ssc how SSC divides the density and places kernels
 * @param pruning how weights are scored, by methods that do
 * @param train the recipe
 * @param averaging how workers are averaged
 * @param checkpoint when the state is saved
 */
public record Experiment(
    long seed,
    EngineSettings engine,
    Method method,
    double density,
    ModelSettings model,
    SscSettings ssc,
    PruningSettings pruning,
    Recipe train,
    AveragingSettings averaging,
    CheckpointSettings checkpoint) {

  public Experiment {
    if (!(density > 0 && density <= 1)) {
      throw new BadInputException(
          "density = " + density + " must be above 0 and at most 1 (1 keeps every weight)");
    }
    PruningPlan.of(method, pruning, seed, train.augmentation());
  }

  /** The same with the number of workers made explicit. */
  public Experiment withWorkers(int workers) {
    return new Experiment(
        seed,
        engine,
        method,
        density,
        model,
        ssc,
        pruning,
        train,
        averaging.withWorkers(workers),
        checkpoint);
  }

  /** The same with what computes made explicit. */
  Experiment withEngine(EngineSettings explicit) {
    return new Experiment(
        seed, explicit, method, density, model, ssc, pruning, train, averaging, checkpoint);
  }

  /** The same with another method. */
  public Experiment withMethod(Method other) {
    return new Experiment(
        seed, engine, other, density, model, ssc, pruning, train, averaging, checkpoint);
  }

  /** What decides the network and its initial weights. */
  public NetworkDesign design() {
    return new NetworkDesign(
        seed, method, density, model, ssc, pruning, engine, train.augmentation());
  }
}
