package org.sscspark.spark.averaging;

import java.io.Serializable;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;

/**
 * What workers need to know once, for all rounds of a run.
 *
 * @param network what is trained
 * @param engine what computes, its lanes given where they matter
 * @param threads threads of one worker's replica
 * @param recipe how a worker trains
 * @param plan how epochs are cut into rounds and workers' shares
 * @param optimizerState what happens to the optimizer's state at the end of a round
 * @param seed of orders and augmentation
 * @param dataset the training set
 */
public record TrainingJob(
    NetworkSpec network,
    EngineSettings engine,
    int threads,
    Recipe recipe,
    RoundPlan plan,
    OptimizerStateMode optimizerState,
    long seed,
    DatasetReference dataset)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The same with another network. */
  public TrainingJob with(NetworkSpec other) {
    return new TrainingJob(other, engine, threads, recipe, plan, optimizerState, seed, dataset);
  }
}
