package org.sscspark.spark.train;

import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.Regrowth;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/**
 * Rounds of a network whose support moves. It does so before a round, on the driver, as a function
 * of the state before that round alone: a checkpoint holds what was there before the move, and a
 * run that resumes from it moves again, to the same bits.
 */
final class MovingMaster implements RoundMaster {
  private static final Logger LOG = LoggerFactory.getLogger(MovingMaster.class);

  /**
   * What decides where weights move.
   *
   * @param dense the network with all its weights
   * @param design of the run, its engine explicit
   * @param regrowth how its support moves
   * @param optimizer whose memory moves along
   * @param iterations of the whole run
   * @param gradients where slopes are computed
   */
  record Moves(
      NetworkSpec dense,
      NetworkDesign design,
      Regrowth regrowth,
      Optimizer optimizer,
      long iterations,
      GradientSources gradients) {
    private boolean isDue(TrainingProgress progress) {
      return regrowth.isDue(progress.globalRound(), share(progress));
    }

    private double share(TrainingProgress progress) {
      return (double) progress.iteration() / iterations;
    }

    private NetworkSpec moved(NetworkSpec network, TrainingState state) {
      return regrowth.moved(
          new Regrowth.Trained(dense, network, state.parameters(), state.seed()),
          state.progress().globalRound(),
          share(state.progress()),
          (weights, kept, draw) -> design.slopes(dense, weights, kept, draw, gradients));
    }

    private TrainingState state(TrainingState state, NetworkSpec network, NetworkSpec moved) {
      ParameterLayout before = ParameterLayout.of(network);
      ParameterLayout after = ParameterLayout.of(moved);
      return state.moved(
          after.carried(before, state.parameters()),
          optimizer.carriedState(state.optimizerState(), before, after),
          after.carriedTrainable(before, state.outerState()),
          state.average().length == 0 ? state.average() : after.carried(before, state.average()));
    }
  }

  private final Moves moves;
  private final Function<NetworkSpec, RoundMaster> masters;
  private final Consumer<NetworkSpec> told;
  private NetworkSpec network;
  private RoundMaster master;

  /**
   * Makes the master of the first network.
   *
   * @param masters of the rounds of a network
   * @param told of each network that follows
   */
  MovingMaster(
      Moves moves,
      NetworkSpec network,
      Function<NetworkSpec, RoundMaster> masters,
      Consumer<NetworkSpec> told) {
    this.moves = moves;
    this.masters = masters;
    this.told = told;
    this.network = network;
    this.master = masters.apply(network);
  }

  @Override
  public TrainingState initial(float[] initialParameters) {
    return master.initial(initialParameters);
  }

  @Override
  public Round round(TrainingState state) {
    TrainingState start = moves.isDue(state.progress()) ? moved(state) : state;
    return master.round(start);
  }

  private TrainingState moved(TrainingState state) {
    NetworkSpec next = moves.moved(network, state);
    TrainingState carried = moves.state(state, network, next);
    LOG.info("Weights moved after round {}", state.progress().globalRound());
    master.close();
    master = masters.apply(next);
    network = next;
    told.accept(next);
    return carried;
  }

  @Override
  public void close() {
    master.close();
  }
}
