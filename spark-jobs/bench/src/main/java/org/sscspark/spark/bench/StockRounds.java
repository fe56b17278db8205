package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.dl4j.SparseGraph;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;

/**
 * Rounds of DL4J's ParameterAveragingTrainingMaster: the same network as a DL4J graph, and the
 * first round's minibatches again and again, ready in the executors' memory.
 */
final class StockRounds implements Contender {
  private final int workers;
  private final long images;
  private final ParameterAveragingTrainingMaster master;
  private final SparkComputationGraph graph;
  private final JavaRDD<DataSet> minibatches;

  StockRounds(AveragingSetup setup, int workers) {
    this.workers = workers;
    this.images = setup.imagesOfRound(workers);
    Recipe recipe = setup.experiment().train();
    if (!(recipe.optimizer() instanceof Nesterov optimizer)) {
      throw new BadInputException(
          "train.optimizer.type = %s: rounds of DL4J's master are timed with nesterov"
              .formatted(recipe.optimizer().type()));
    }
    this.master =
        new ParameterAveragingTrainingMaster.Builder(workers, recipe.batch())
            .batchSizePerWorker(recipe.batch())
            .averagingFrequency(setup.experiment().averaging().frequency())
            .workerPrefetchNumBatches(0)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .build();
    ComputationGraph network =
        new ComputationGraph(
            SparseGraph.configuration(
                setup.network(),
                new Nesterovs(recipe.learningRate(), optimizer.momentum()),
                optimizer.weightDecay(),
                setup.experiment().seed()));
    network.init();
    this.graph = new SparkComputationGraph(setup.spark(), network, master);
    this.minibatches =
        setup.spark().parallelize(minibatches(setup, setup.plan(workers)), workers).cache();
    minibatches.count();
  }

  private static List<DataSet> minibatches(AveragingSetup setup, RoundPlan plan) {
    Dataset dataset = setup.data().open();
    EpochOrder order =
        EpochOrder.of(dataset.manifest(), setup.experiment().seed(), 0, plan.workers());
    ImageTransform transform =
        new ImageTransform(
            setup.experiment().train().augmentation(), Normalization.of(dataset.manifest()));
    InputLayout layout = InputLayout.nchw(dataset.manifest().shape(), plan.batch());
    int classes = dataset.manifest().classes().size();
    List<DataSet> minibatches = new ArrayList<>();
    for (int worker = 0; worker < plan.workers(); worker++) {
      MinibatchPlan share =
          new MinibatchPlan(
              order, worker, plan.batch(), 0, setup.experiment().averaging().frequency());
      try (MinibatchReader reader = new MinibatchReader(dataset, share, transform, layout)) {
        reader.forEachRemaining(
            minibatch -> minibatches.add(dataSet(minibatch, layout.shape(), classes)));
      }
    }
    return minibatches;
  }

  private static DataSet dataSet(Minibatch minibatch, FeatureShape shape, int classes) {
    int count = minibatch.count();
    float[] labels = new float[count * classes];
    for (int n = 0; n < count; n++) {
      labels[n * classes + minibatch.labels()[n]] = 1;
    }
    return new DataSet(
        Nd4j.create(
            Arrays.copyOf(minibatch.input(), count * shape.size()),
            new long[] {count, shape.channels(), shape.height(), shape.width()}),
        Nd4j.create(labels, new long[] {count, classes}));
  }

  @Override
  public String name() {
    return "DL4J";
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public Sample round() {
    long began = System.nanoTime();
    graph.fit(minibatches);
    return new Sample((System.nanoTime() - began) / 1e9, Optional.empty(), images);
  }

  @Override
  public void close() {
    minibatches.unpersist();
    master.deleteTempFiles(graph.getSparkContext());
    graph.getNetwork().close();
  }
}
