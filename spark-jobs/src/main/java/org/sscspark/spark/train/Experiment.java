package org.sscspark.spark.train;

import org.sscspark.checkpoint.CheckpointSettings;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.spark.averaging.AveragingSettings;
import org.sscspark.training.Recipe;

/**
 * All settings of a training run; with the data set it decides every bit of the result.
 *
 * @param seed from which every random draw follows
 * @param engine the name of the engine
 * @param method how the network's weights are chosen
 * @param density kept over prunable weights, of methods that drop some
 * @param model the network before weights are dropped
 * @param ssc how SSC divides the density and places kernels
 * @param train the recipe
 * @param averaging how workers are averaged
 * @param checkpoint when the state is saved
 */
public record Experiment(
    long seed,
    String engine,
    Method method,
    double density,
    ModelSettings model,
    SscSettings ssc,
    Recipe train,
    AveragingSettings averaging,
    CheckpointSettings checkpoint) {

  public Experiment {
    if (!(density > 0 && density <= 1)) {
      throw new BadInputException(
          "density = " + density + " must be above 0 and at most 1 (1 keeps every weight)");
    }
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
        train,
        averaging.withWorkers(workers),
        checkpoint);
  }

  /** The same with another method. */
  public Experiment withMethod(Method other) {
    return new Experiment(seed, engine, other, density, model, ssc, train, averaging, checkpoint);
  }

  /**
   * The network for a data set's images and classes.
   *
   * @throws BadInputException if the model is unknown, does not fit or cannot meet the density
   */
  public NetworkSpec network(DatasetManifest dataset) {
    NetworkSpec dense = ModelZoo.network(model, dataset.shape(), dataset.classes().size());
    return switch (method) {
      case DENSE -> dense;
      case SSC -> SscDesign.apply(dense, density, ssc);
    };
  }

  /** The parameters before the first step. */
  public float[] initialParameters(NetworkSpec network) {
    return Initialization.parameters(network, ssc.fanIn(), seed);
  }
}
