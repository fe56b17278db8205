package org.sscspark.spark.bench;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/** Training steps of a network of DL4J's own layers, always on the same minibatch. */
final class StockStep implements Runnable {
  private final ComputationGraph graph;
  private final DataSet minibatch;
  private final int threads;

  StockStep(NetworkSpec network, int batch, int threads) {
    NativeThreads.set(threads);
    this.threads = threads;
    graph = new ComputationGraph(StockGraph.of(network));
    graph.init();
    FeatureShape shape = network.input();
    INDArray images =
        Nd4j.createFromArray(Minibatches.images(shape, batch))
            .reshape(batch, shape.channels(), shape.height(), shape.width());
    INDArray labels = Nd4j.zeros(batch, network.classes());
    int[] classes = Minibatches.labels(batch, network.classes());
    for (int n = 0; n < batch; n++) {
      labels.putScalar(n, classes[n], 1);
    }
    minibatch = new DataSet(images, labels);
  }

  @Override
  public void run() {
    NativeThreads.set(threads);
    graph.fit(minibatch);
  }

  long parameters() {
    return graph.numParams();
  }

  /** The loss of the last step. */
  double loss() {
    return graph.score();
  }
}
