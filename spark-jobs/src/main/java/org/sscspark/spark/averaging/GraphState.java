package org.sscspark.spark.averaging;

import java.io.Serializable;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a DL4J graph is at the start of a round: configuration, [parameters | updater state] and
 * counters, as text and bytes. Broadcasting no INDArray keeps native memory out of Spark's hands.
 */
final class GraphState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String configuration;
  private final byte[] values;
  private final int parameters;
  private final UpdaterStateMode updaterState;
  private final int iteration;
  private final int epoch;

  private GraphState(
      String configuration,
      byte[] values,
      int parameters,
      UpdaterStateMode updaterState,
      int iteration,
      int epoch) {
    this.configuration = configuration;
    this.values = values;
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.iteration = iteration;
    this.epoch = epoch;
  }

  /** The state of a graph now. */
  static GraphState of(ComputationGraph graph, UpdaterStateMode updaterState) {
    return new GraphState(
        withoutCounters(graph.getConfiguration()).toJson(),
        vector(graph, updaterState),
        Math.toIntExact(graph.numParams()),
        updaterState,
        graph.getConfiguration().getIterationCount(),
        graph.getConfiguration().getEpochCount());
  }

  /** Counters change every round, and an executor must know the graph again. */
  private static ComputationGraphConfiguration withoutCounters(
      ComputationGraphConfiguration configuration) {
    ComputationGraphConfiguration copy = configuration.clone();
    copy.setIterationCount(0);
    copy.setEpochCount(0);
    for (GraphVertex vertex : copy.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        layer.getLayerConf().setIterationCount(0);
        layer.getLayerConf().setEpochCount(0);
      }
    }
    return copy;
  }

  /** Encodes what a worker brings to the mean. */
  byte[] vectorOf(ComputationGraph graph) {
    return vector(graph, updaterState);
  }

  private static byte[] vector(ComputationGraph graph, UpdaterStateMode updaterState) {
    INDArray updater = graph.getUpdater().getUpdaterStateViewArray();
    return updater == null || updaterState == UpdaterStateMode.RESET
        ? FloatBytes.encode(graph.params().toFloatVector())
        : FloatBytes.encode(graph.params().toFloatVector(), updater.toFloatVector());
  }

  /** A new graph of this configuration, its parameters not yet set. */
  ComputationGraph newGraph() {
    ComputationGraph graph =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    graph.init();
    return graph;
  }

  /** Sets all of a graph's state to this. */
  void writeTo(ComputationGraph graph) {
    write(graph, FloatBytes.decode(values));
    graph.getConfiguration().setIterationCount(iteration);
    graph.getConfiguration().setEpochCount(epoch);
  }

  /** Sets a graph's parameters and updater state. */
  void write(ComputationGraph graph, float[] vector) {
    graph.params().assign(Nd4j.createFromArray(Arrays.copyOf(vector, parameters)));
    INDArray updater = graph.getUpdater().getUpdaterStateViewArray();
    if (updater != null && updaterState == UpdaterStateMode.RESET) {
      updater.assign(0);
    } else if (updater != null) {
      updater.assign(
          Nd4j.createFromArray(Arrays.copyOfRange(vector, parameters, vector.length))
              .reshape(updater.shape()));
    }
  }

  /** The floats that a worker brings to the mean. */
  int length() {
    return FloatBytes.length(values);
  }

  int iteration() {
    return iteration;
  }

  /** By which executors know equal graphs. */
  String configuration() {
    return configuration;
  }
}
