package org.sscspark.spark.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Listeners that run on the driver, on the averaged network: once a round, and at the start and end
 * of each epoch.
 */
final class DriverListeners {
  private final List<TrainingListener> listeners;

  /** All but those that record beside the workers. */
  DriverListeners(Collection<TrainingListener> listeners) {
    this.listeners =
        listeners.stream()
            .filter(listener -> !(listener instanceof RoutingIterationListener))
            .toList();
  }

  void epochStarts(AveragedNetwork network) {
    listeners.forEach(listener -> listener.onEpochStart(network.network()));
  }

  void epochEnds(AveragedNetwork network) {
    listeners.forEach(listener -> listener.onEpochEnd(network.network()));
  }

  /**
   * Tells of a round. DL4J's listeners count examples by the network's input. It has the shape of
   * all examples of the round, and NaN where a listener reads a value: examples stay on executors.
   *
   * @param iteration the number of the round's first iteration
   * @param examples of all workers
   * @param any minibatch of the round
   */
  void roundEnds(
      AveragedNetwork network, int iteration, long examples, NetworkWorker.Minibatch any) {
    if (listeners.isEmpty()) {
      return;
    }
    network.show(unseen(any.inputs(), examples), unseen(any.labels(), examples));
    for (TrainingListener listener : listeners) {
      listener.iterationDone(network.network(), iteration, network.epochs());
    }
    network.show(null, null);
  }

  private static INDArray[] unseen(long[][] shapes, long examples) {
    return shapes == null
        ? null
        : Arrays.stream(shapes)
            .map(shape -> unseen(shape.clone(), examples))
            .toArray(INDArray[]::new);
  }

  private static INDArray unseen(long[] shape, long examples) {
    shape[0] = examples;
    return Nd4j.create(
        Nd4j.createBuffer(new float[] {Float.NaN}), shape, new long[shape.length], 0, 'c');
  }
}
