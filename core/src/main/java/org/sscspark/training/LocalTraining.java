package org.sscspark.training;

import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.TrainingBatches;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.Replica;

/**
 * The whole training loop on one replica: no other workers, no averaging. It is what training on
 * Spark with one worker must equal bit for bit.
 */
public final class LocalTraining {
  private static final double NANO = 1e-9;

  private final Recipe recipe;
  private final RoundPlan plan;
  private final Dataset dataset;
  private final TrainingSet images;
  private final LearningRate learningRate;
  private final LocalTrainer trainer;

  /**
   * Makes a loop.
   *
   * @param replica is used, not closed; of the recipe's batch as capacity, at least
   * @param plan of one worker
   * @param dataset is normalised with its own mean and std
   */
  public LocalTraining(Replica replica, Recipe recipe, RoundPlan plan, Dataset dataset) {
    if (plan.workers() != 1) {
      throw new IllegalArgumentException(
          "The local loop is one worker, the plan has " + plan.workers());
    }
    this.recipe = recipe;
    this.plan = plan;
    this.dataset = dataset;
    this.learningRate = recipe.learningRate(plan);
    this.trainer = new LocalTrainer(replica, recipe, learningRate);
    this.images = trainer.trainingSet(dataset);
  }

  /** The state before the first round, from initial parameters. */
  public TrainingState initial(float[] parameters, long seed) {
    return TrainingState.initial(parameters, trainer.optimizerStateSize(), seed);
  }

  /**
   * Trains from a state to the end of the run and returns the last state.
   *
   * @throws DivergedException if a loss or a parameter is not finite
   */
  public TrainingState run(TrainingState start, TrainingListener listener) {
    listener.onStart(start);
    TrainingState state = start;
    while (state.progress().epoch() < recipe.epochs()) {
      state = epoch(state, listener);
    }
    return state;
  }

  private TrainingState epoch(TrainingState start, TrainingListener listener) {
    EpochClock clock = new EpochClock(start);
    int epoch = start.progress().epoch();
    TrainingState state = start;
    try (TrainingBatches<?> batches = open(start)) {
      while (state.progress().epoch() == epoch) {
        long began = System.nanoTime();
        int round = state.progress().round();
        RoundResult result =
            trainer.round(
                state.parameters(),
                state.optimizerState(),
                batches,
                RoundSteps.goingOn(state.progress().iteration(), plan.steps(state.progress())));
        state =
            state.afterRound(
                plan,
                result.tally(),
                result.parameters(),
                result.optimizerState(),
                state.outerState(),
                recipe.ema());
        double wall = NANO * (System.nanoTime() - began);
        double compute = result.phases().total();
        RoundMetrics metrics =
            new RoundMetrics(
                epoch,
                round,
                state.progress().globalRound(),
                state.progress().iteration(),
                result.tally(),
                learningRate.at(state.progress().iteration() - 1),
                result.phases(),
                new RoundSeconds(0, compute, 0, wall - compute));
        clock.add(metrics);
        listener.onRound(metrics, state);
      }
    }
    listener.onEpoch(clock.metrics(), state);
    return state;
  }

  /** Opens what is left of the epoch. */
  private TrainingBatches<?> open(TrainingState start) {
    TrainingProgress progress = start.progress();
    EpochOrder order = EpochOrder.of(dataset.manifest(), start.seed(), progress.epoch(), 1);
    MinibatchPlan all = MinibatchPlan.epoch(order, 0, plan.batch());
    int firstStep = Math.toIntExact(plan.firstStep(progress));
    return images.open(all.slice(firstStep, all.endBatch()));
  }
}
