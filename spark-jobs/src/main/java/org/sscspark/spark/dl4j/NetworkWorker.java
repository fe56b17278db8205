package org.sscspark.spark.dl4j;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;
import org.sscspark.spark.averaging.Contribution;
import org.sscspark.spark.averaging.ExecutorPool;
import org.sscspark.spark.averaging.OpenJobs;

/**
 * One worker's part of a round on a DL4J network: a pure function of broadcast and partition.
 *
 * @param <T> what a partition holds, minibatches or where they are
 */
final class NetworkWorker<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** One network for each task slot, by the key of its fit. */
  private static final ExecutorPool<String, AveragedNetwork> NETWORKS =
      new ExecutorPool<>(1, network -> network.network().close());

  private final OpenJobs.Jobs fits;
  private final Broadcast<NetworkState> broadcast;
  private final Function<T, MultiDataSet> load;
  private final Round round;
  private final byte[] listeners;

  /**
   * A round of a fit.
   *
   * @param index from 0
   * @param frequency minibatches of a worker in a round
   * @param seed of dropout and other noise in layers
   * @param timed whether workers measure for DL4J's training statistics
   */
  record Round(int index, int frequency, long seed, boolean timed) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The last minibatch that a worker trained on.
   *
   * @param labels their shapes, or null without labels
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
  record Minibatch(long examples, double score, long[][] inputs, long[][] labels)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What a worker says besides its vector.
   *
   * @param more whether the partition has further minibatches
   * @param last null if there was none
   * @param records of each recording listener
   * @param times null if nothing was measured
   */
  record Report(
      int iterations,
      boolean more,
      Minibatch last,
      List<ListenerRecords> records,
      CommonSparkTrainingStats times)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Report NOTHING = new Report(0, false, null, List.of(), null);
  }

  /**
   * Makes a worker.
   *
   * @param fits this one and others under way
   * @param listeners from {@link RecordingListeners#copies}
   */
  NetworkWorker(
      OpenJobs.Jobs fits,
      Broadcast<NetworkState> broadcast,
      Function<T, MultiDataSet> load,
      Round round,
      byte[] listeners) {
    this.fits = fits;
    this.broadcast = broadcast;
    this.load = load;
    this.round = round;
    this.listeners = listeners;
  }

  /** Trains the partition's next minibatches. */
  Iterator<Contribution> train(int worker, Iterator<T> minibatches) throws Exception {
    NETWORKS.keep(fits.slots());
    NETWORKS.closeIf(fits::hasEnded);
    for (int skip = 0; skip < round.index * round.frequency && minibatches.hasNext(); skip++) {
      minibatches.next();
    }
    if (!minibatches.hasNext()) {
      return List.of(Contribution.of(worker, 0, new byte[0], Report.NOTHING)).iterator();
    }
    WorkerTimes times = new WorkerTimes(round.timed);
    NetworkState state = times.time(WorkerTimes.Part.BROADCAST, broadcast::value);
    AveragedNetwork network = times.time(WorkerTimes.Part.NETWORK, () -> ready(state));
    Contribution contribution;
    try {
      Nd4j.getRandom()
          .setSeed(RandomStream.key(round.seed, Purpose.LAYER_NOISE, state.iteration(), worker));
      RecordingListeners.Attached attached = RecordingListeners.attach(listeners, network, worker);
      contribution = train(worker, minibatches, network, state, attached, times);
      attached.detach(network);
    } catch (Exception | Error e) {
      closeAfter(e, network);
      throw e;
    }
    if (network.keepsNoSearch()) {
      NETWORKS.giveBack(fits.key(), network);
    } else {
      network.network().close();
    }
    return List.of(contribution).iterator();
  }

  private AveragedNetwork ready(NetworkState state) {
    AveragedNetwork network = NETWORKS.borrow(fits.key(), state::newNetwork);
    try {
      state.writeTo(network);
    } catch (RuntimeException | Error e) {
      closeAfter(e, network);
      throw e;
    }
    return network;
  }

  /** Frees the memory of a network that a failure left in an unknown state: it is native. */
  private static void closeAfter(Throwable failure, AveragedNetwork network) {
    try {
      network.network().close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private Contribution train(
      int worker,
      Iterator<T> minibatches,
      AveragedNetwork network,
      NetworkState state,
      RecordingListeners.Attached attached,
      WorkerTimes times)
      throws Exception {
    long examples = 0;
    MultiDataSet last = null;
    for (int step = 0; step < round.frequency && minibatches.hasNext(); step++) {
      last = times.time(WorkerTimes.Part.GET, () -> load.call(minibatches.next()));
      MultiDataSet minibatch = last;
      times.time(
          WorkerTimes.Part.FIT,
          () -> {
            network.fit(minibatch);
            return network;
          });
      examples += examples(minibatch);
    }
    Report report =
        new Report(
            network.iterations() - state.iteration(),
            minibatches.hasNext(),
            new Minibatch(
                examples(last),
                network.network().score(),
                shapes(last.getFeatures()),
                shapes(last.getLabels())),
            attached.records(),
            times.statistics(examples));
    return Contribution.of(worker, examples, state.vectorOf(network), report);
  }

  private static long examples(MultiDataSet minibatch) {
    return minibatch.getFeatures(0).size(0);
  }

  private static long[][] shapes(INDArray[] arrays) {
    return arrays == null
        ? null
        : Arrays.stream(arrays).map(INDArray::shape).toArray(long[][]::new);
  }

  /** The networks that this JVM keeps for the next round. */
  static int idleNetworks() {
    return NETWORKS.idle();
  }
}
