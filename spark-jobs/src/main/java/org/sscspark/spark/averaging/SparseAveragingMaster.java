package org.sscspark.spark.averaging;

import java.util.Collection;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sscspark.config.BadInputException;

/**
 * Parameter averaging for any DL4J graph on {@code SparkComputationGraph}, with or without sparse
 * layers; sparse ones travel packed. Each partition of the RDD is one worker, each of its elements
 * one minibatch, and all of them are used, in the partition's order. The mean is weighted by
 * examples and summed in worker order, so the same RDD gives the same bits. The RDD must give the
 * same elements in the same order each time it is computed; it is kept by Spark during a fit.
 */
public final class SparseAveragingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  private final int frequency;
  private final Reduction reduction;
  private final UpdaterStateMode updaterState;
  private final long seed;
  private List<TrainingListener> listeners = List.of();

  /**
   * Makes a master.
   *
   * @param frequency minibatches of a worker between two averagings
   * @param updaterState what happens to the updaters' state at an averaging
   * @param seed of dropout and other noise in layers
   */
  public SparseAveragingMaster(
      int frequency, Reduction reduction, UpdaterStateMode updaterState, long seed) {
    if (frequency < 1) {
      throw new IllegalArgumentException(
          "Averaging frequency must be at least 1 minibatch, was " + frequency);
    }
    this.frequency = frequency;
    this.reduction = reduction;
    this.updaterState = updaterState;
    this.seed = seed;
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> minibatches) {
    train(graph, minibatches, minibatches.map(DataSet::toMultiDataSet));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> minibatches) {
    train(graph, minibatches, minibatches);
  }

  /** Keeps the source for the rounds of this fit, unless its owner keeps it already. */
  private void train(
      SparkComputationGraph graph, JavaRDD<?> source, JavaRDD<MultiDataSet> minibatches) {
    ComputationGraph network = graph.getNetwork();
    if (network.params().dataType() != DataType.FLOAT) {
      throw new BadInputException(
          "Graph has parameters of type "
              + network.params().dataType()
              + ", which cannot be averaged: build it with dataType(DataType.FLOAT)");
    }
    boolean keep = source.getStorageLevel().equals(StorageLevel.NONE());
    if (keep) {
      source.persist(StorageLevel.MEMORY_AND_DISK());
    }
    try {
      boolean more = true;
      for (int round = 0; more; round++) {
        more = round(graph.getSparkContext(), network, minibatches, round);
        for (TrainingListener listener : listeners) {
          listener.iterationDone(network, network.getIterationCount(), network.getEpochCount());
        }
      }
    } finally {
      if (keep) {
        source.unpersist();
      }
    }
  }

  /** Runs one round; returns whether some worker has minibatches left. */
  private boolean round(
      JavaSparkContext spark, ComputationGraph network, JavaRDD<MultiDataSet> kept, int round) {
    GraphState state = GraphState.of(network, updaterState);
    Broadcast<GraphState> broadcast = spark.broadcast(state);
    try {
      GraphWorker worker = new GraphWorker(broadcast, seed, round, frequency);
      Reduction resolved =
          reduction.resolve((long) state.length() * Float.BYTES, kept.getNumPartitions());
      ParameterAverage average =
          ParameterAverage.of(
              kept.mapPartitionsWithIndex(worker::train, false), state.length(), resolved);
      List<GraphWorker.Report> reports =
          average.contributions().stream().map(c -> c.report(GraphWorker.Report.class)).toList();
      if (average.examples() > 0) {
        state.write(network, average.mean());
        int steps = reports.stream().mapToInt(GraphWorker.Report::minibatches).max().orElse(0);
        network.getConfiguration().setIterationCount(state.iteration() + steps);
        double loss = reports.stream().mapToDouble(GraphWorker.Report::lossSum).sum();
        network.setScore(loss / average.examples());
      }
      return reports.stream().anyMatch(GraphWorker.Report::more);
    } finally {
      broadcast.destroy();
    }
  }

  @Override
  public void setListeners(Collection<TrainingListener> replacements) {
    listeners = replacements == null ? List.of() : List.copyOf(replacements);
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> replacements) {
    if (router != null) {
      throw new UnsupportedOperationException(
          "Workers send no records to a StatsStorageRouter: set listeners without one, they are"
              + " called on the driver after each round");
    }
    setListeners(replacements);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw new UnsupportedOperationException(
          "Training statistics are not collected: Spark's event log and web page have the times"
              + " of each round");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  /** There are no temporary files. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** There are no temporary files. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "Hooks are not run: sparse layers need none to keep their zeros, and for other uses set a"
            + " TrainingListener on the SparkComputationGraph");
  }

  @Override
  public void removeHook(TrainingHook hook) {
    throw new UnsupportedOperationException("Hooks are not run, so there is none to remove");
  }

  @Override
  public String toJson() {
    return "{\"@class\":\"%s\",\"frequency\":%d,\"reduction\":\"%s\",\"updaterState\":\"%s\",\"seed\":%d}"
        .formatted(getClass().getName(), frequency, reduction, updaterState, seed);
  }

  /** JSON, which is YAML. */
  @Override
  public String toYaml() {
    return toJson();
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noMultiLayer();
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw new UnsupportedOperationException(
        "Workers are tasks of this master's own: call fit on the SparkComputationGraph");
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> minibatches) {
    throw noMultiLayer();
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    throw new UnsupportedOperationException(
        "Training from paths is not supported: map the paths to DataSets and call fit");
  }

  private static UnsupportedOperationException noMultiLayer() {
    return new UnsupportedOperationException(
        "MultiLayerNetwork is not supported: convert it with toComputationGraph() and use"
            + " SparkComputationGraph");
  }
}
