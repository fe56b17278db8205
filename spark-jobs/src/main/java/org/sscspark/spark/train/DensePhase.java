package org.sscspark.spark.train;

import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.PruningSettings.Transform;
import org.sscspark.pruning.WeightMask;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/**
 * The first epochs of a run whose method chooses among trained weights: they train all of them.
 * What is kept follows from the last of their states alone, so a run that is killed around it
 * prunes again to the same bits.
 *
 * @param experiment of the run
 * @param dense the network with all its weights
 */
record DensePhase(Experiment experiment, NetworkSpec dense) {
  /** That of a run, if it has one. */
  static Optional<DensePhase> of(Experiment experiment, NetworkSpec dense) {
    return experiment.denseEpochs() > 0
        ? Optional.of(new DensePhase(experiment, dense))
        : Optional.empty();
  }

  int epochs() {
    return experiment.denseEpochs();
  }

  /** Whether a state at this point is one of the dense network; the last of the phase is. */
  boolean holds(TrainingProgress progress) {
    return progress.epoch() < epochs() || isOver(progress);
  }

  /** Whether a state at this point is the last of the phase, or the same after it was pruned. */
  boolean isOver(TrainingProgress progress) {
    return progress.epoch() == epochs() && progress.round() == 0;
  }

  /** All weights as they are drawn. */
  DesignedNetwork start() {
    return new DesignedNetwork(
        dense, dense, experiment.design().initialParameters(dense), Optional.empty());
  }

  /**
   * Chooses among the weights of the last state.
   *
   * @param engine that scores them
   * @param gradients as in {@link Experiment#designed}
   */
  DesignedNetwork chosen(TrainingState last, EngineSettings engine, GradientSources gradients) {
    return experiment.withEngine(engine).designed(dense, last.parameters(), gradients);
  }

  /** The state in which training goes on with the chosen weights. */
  TrainingState pruned(TrainingState last, DesignedNetwork chosen) {
    Memory memory = new Memory(ParameterLayout.of(dense), last.optimizerState(), last.outerState());
    if (experiment.pruning().transform() == Transform.REINITIALIZE) {
      // What is drawn anew comes as it would to a support that moves: with nothing remembered.
      WeightMask none = WeightMask.all(dense).with(new BitSet());
      memory = carried(memory, dense.withSupports(none.supports()));
    }
    Memory kept = carried(memory, chosen.network());
    return last.pruned(chosen.initialParameters(), kept.optimizer(), kept.outer());
  }

  /**
   * What is remembered of trainable parameters.
   *
   * @param layout of the network that has them
   * @param optimizer the optimizer's state
   * @param outer the state of averaging's own step
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
  private record Memory(ParameterLayout layout, float[] optimizer, float[] outer) {}

  private Memory carried(Memory memory, NetworkSpec network) {
    ParameterLayout after = ParameterLayout.of(network);
    return new Memory(
        after,
        experiment.train().optimizer().carriedState(memory.optimizer(), memory.layout(), after),
        after.carriedTrainable(memory.layout(), memory.outer()));
  }

  /** What a user should know. */
  String text() {
    return String.format(
        Locale.ROOT,
        "all weights for the first %d of %d epochs; then %s keeps %s, and training continues",
        epochs(),
        experiment.train().epochs(),
        experiment.method(),
        experiment
            .macs()
            .map(macs -> String.format(Locale.ROOT, "those of %,d multiply-adds", macs))
            .orElseGet(() -> String.format(Locale.ROOT, "%.2f %%", 100 * experiment.density())));
  }
}
