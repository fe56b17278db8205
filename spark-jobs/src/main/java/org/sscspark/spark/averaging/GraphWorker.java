package org.sscspark.spark.averaging;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** One worker's part of a round on a DL4J graph: a pure function of broadcast and partition. */
final class GraphWorker implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final ExecutorPool<String, ComputationGraph> GRAPHS =
      new ExecutorPool<>(Runtime.getRuntime().availableProcessors(), ComputationGraph::close);

  private final Broadcast<GraphState> broadcast;
  private final long seed;
  private final int round;
  private final int frequency;

  /**
   * What a worker says besides its vector.
   *
   * @param lossSum the loss of a minibatch times its examples, summed
   * @param more whether the partition has further minibatches
   */
  record Report(int minibatches, double lossSum, boolean more) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  GraphWorker(Broadcast<GraphState> broadcast, long seed, int round, int frequency) {
    this.broadcast = broadcast;
    this.seed = seed;
    this.round = round;
    this.frequency = frequency;
  }

  /** Trains the partition's next minibatches. */
  Iterator<Contribution> train(int worker, Iterator<MultiDataSet> minibatches) {
    for (int skip = 0; skip < round * frequency && minibatches.hasNext(); skip++) {
      minibatches.next();
    }
    if (!minibatches.hasNext()) {
      return List.of(Contribution.of(worker, 0, new byte[0], new Report(0, 0, false))).iterator();
    }
    GraphState state = broadcast.value();
    ComputationGraph graph = GRAPHS.borrow(state.configuration(), state::newGraph);
    state.writeTo(graph);
    Nd4j.getRandom()
        .setSeed(RandomStream.key(seed, Purpose.LAYER_NOISE, state.iteration(), worker));
    Contribution contribution = train(worker, minibatches, graph, state);
    GRAPHS.giveBack(state.configuration(), graph);
    return List.of(contribution).iterator();
  }

  private Contribution train(
      int worker, Iterator<MultiDataSet> minibatches, ComputationGraph graph, GraphState state) {
    long examples = 0;
    double lossSum = 0;
    int steps = 0;
    while (steps < frequency && minibatches.hasNext()) {
      MultiDataSet minibatch = minibatches.next();
      long count = minibatch.getFeatures(0).size(0);
      graph.fit(minibatch);
      examples += count;
      lossSum += graph.score() * count;
      steps++;
    }
    return Contribution.of(
        worker, examples, state.vectorOf(graph), new Report(steps, lossSum, minibatches.hasNext()));
  }

  /** The graphs that this JVM keeps for the next round. */
  static int idleGraphs() {
    return GRAPHS.idle();
  }
}
