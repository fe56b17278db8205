package org.sscspark.spark.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.sscspark.spark.averaging.FloatBytes;
import org.sscspark.spark.averaging.OptimizerStateMode;

/** A network of DL4J's as averaging sees it, on the driver or in a task. */
sealed interface AveragedNetwork permits GraphNetwork, LayersNetwork {
  /** The two kinds of networks, each of which reads its own configurations. */
  enum Kind {
    GRAPH,
    LAYERS;

    /** A new network of a configuration, its parameters not yet set. */
    AveragedNetwork read(String configuration) {
      return switch (this) {
        case GRAPH -> GraphNetwork.read(configuration);
        case LAYERS -> LayersNetwork.read(configuration);
      };
    }
  }

  static AveragedNetwork of(ComputationGraph graph) {
    return new GraphNetwork(graph);
  }

  static AveragedNetwork of(MultiLayerNetwork network) {
    return new LayersNetwork(network);
  }

  Kind kind();

  /** The network itself. */
  Model network();

  /** The configuration as JSON, with counters at zero, so that equal networks have equal text. */
  String configuration();

  /** Minibatches or, in truncated back-propagation, parts of them that were trained on. */
  int iterations();

  int epochs();

  void count(int iterations, int epochs);

  BaseMultiLayerUpdater<?> updater();

  /** Trains on one minibatch. */
  void fit(MultiDataSet minibatch);

  void setScore(double score);

  /** What listeners read as the network's input and labels. */
  void show(INDArray[] inputs, INDArray[] labels);

  /** Forgets what recurrent layers remember of earlier minibatches. */
  void clearRecurrentState();

  /** Whether nothing but parameters and updater state leads from one minibatch to the next. */
  default boolean keepsNoSearch() {
    return network().conf().getOptimizationAlgo()
        == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
  }

  default void setListeners(Collection<TrainingListener> listeners) {
    network().setListeners(listeners);
  }

  /** The floats that a worker brings to the mean. */
  default int length(OptimizerStateMode mode) {
    INDArray state = averagedState(mode);
    return Math.toIntExact(network().numParams() + (state == null ? 0 : state.length()));
  }

  /** Encodes what a worker brings to the mean: parameters, then updater state if it is averaged. */
  default byte[] encode(OptimizerStateMode mode) {
    INDArray state = averagedState(mode);
    return state == null
        ? FloatBytes.encode(floats(network().params()))
        : FloatBytes.encode(floats(network().params()), floats(state));
  }

  /** Sets parameters and updater state; a state that is not averaged starts afresh. */
  default void write(float[] vector, OptimizerStateMode mode) {
    int parameters = Math.toIntExact(network().numParams());
    write(network().params(), vector, 0);
    INDArray state = averagedState(mode);
    if (state != null) {
      write(state, vector, parameters);
    } else {
      resetUpdater();
    }
  }

  private INDArray averagedState(OptimizerStateMode mode) {
    return switch (mode) {
      case AVERAGE -> updater().getStateViewArray();
      case RESET -> null;
    };
  }

  /** Updaters do not all start from zeros: some divide by their state. */
  private void resetUpdater() {
    for (UpdaterBlock block : updater().getUpdaterBlocks()) {
      if (block.getUpdaterView() != null) {
        UpdaterBlock.ParamState first = block.getLayersAndVariablesInBlock().get(0);
        IUpdater rule = first.getLayer().getConfig().getUpdaterByParam(first.getParamName());
        rule.instantiate(block.getUpdaterView(), true);
      }
    }
  }

  private static float[] floats(INDArray array) {
    return array.reshape(array.length()).toFloatVector();
  }

  private static void write(INDArray array, float[] vector, int from) {
    float[] values = new float[Math.toIntExact(array.length())];
    System.arraycopy(vector, from, values, 0, values.length);
    array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
  }
}
