package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.minibatches;

import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.averaging.OpenJobs;
import org.sscspark.spark.averaging.OptimizerStateMode;

/** A worker that fails keeps no network's memory. */
@ExtendWith(LocalSpark.class)
class NetworkWorkerTest {
  /** The parameters of the network that {@link Watcher} saw. */
  private static INDArray seen;

  @BeforeEach
  void forget() {
    seen = null;
  }

  /** Sees a worker's network, and fails if it is asked to. */
  private static final class Watcher extends BaseTrainingListener
      implements RoutingIterationListener {
    private static final long serialVersionUID = 1L;

    private final boolean failing;

    Watcher(boolean failing) {
      this.failing = failing;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      seen = model.params();
      if (failing) {
        throw new IllegalStateException("cannot listen");
      }
    }

    @Override
    public void setStorageRouter(StatsStorageRouter router) {
      // Nothing is recorded.
    }

    @Override
    public StatsStorageRouter getStorageRouter() {
      return null;
    }

    @Override
    public void setWorkerID(String id) {
      // Nothing is recorded.
    }

    @Override
    public String getWorkerID() {
      return "";
    }

    @Override
    public void setSessionID(String id) {
      // Nothing is recorded.
    }

    @Override
    public String getSessionID() {
      return "";
    }

    @Override
    public RoutingIterationListener clone() {
      return new Watcher(failing);
    }
  }

  private static void train(
      JavaSparkContext spark, Function<DataSet, MultiDataSet> load, boolean failing)
      throws Exception {
    train(spark, "fit", load, failing);
  }

  private static void train(
      JavaSparkContext spark, String fit, Function<DataSet, MultiDataSet> load, boolean failing)
      throws Exception {
    AveragedNetwork network = AveragedNetwork.of(dense(new Sgd(0.1)));
    Broadcast<NetworkState> state =
        spark.broadcast(
            NetworkState.of(network, network.configuration(), OptimizerStateMode.AVERAGE));
    new NetworkWorker<>(
            new OpenJobs.Jobs(fit, List.of(fit), 2),
            state,
            load,
            new NetworkWorker.Round(0, 2, 1, false),
            new RecordingListeners(List.of(new Watcher(failing)), null).copies())
        .train(0, minibatches(2, 4).iterator());
  }

  @Test
  void aNetworkIsKeptAfterARoundThatSucceeds(JavaSparkContext spark) throws Exception {
    train(spark, DataSet::toMultiDataSet, false);
    assertThat(seen.wasClosed()).isFalse();
    assertThat(NetworkWorker.idleNetworks()).isPositive();
  }

  /** Kind: memory outside of the heap, of what nobody will ask for any more. */
  @Test
  void aNetworkOfAFitThatHasEndedIsClosed(JavaSparkContext spark) throws Exception {
    train(spark, "first", DataSet::toMultiDataSet, false);
    INDArray first = seen;
    train(spark, "second", DataSet::toMultiDataSet, false);

    assertThat(first.wasClosed()).isTrue();
    assertThat(seen.wasClosed()).isFalse();
    assertThat(NetworkWorker.idleNetworks()).isEqualTo(1);
  }

  @Test
  void aNetworkIsClosedIfAMinibatchCannotBeLoaded(JavaSparkContext spark) {
    assertThatThrownBy(
            () ->
                train(
                    spark,
                    minibatch -> {
                      if (seen != null) {
                        throw new IOException("cannot load");
                      }
                      return minibatch.toMultiDataSet();
                    },
                    false))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot load");
    assertThat(seen.wasClosed()).isTrue();
  }

  @Test
  void aNetworkIsClosedIfTrainingFails(JavaSparkContext spark) {
    assertThatThrownBy(() -> train(spark, DataSet::toMultiDataSet, true))
        .hasStackTraceContaining("cannot listen");
    assertThat(seen.wasClosed()).isTrue();
  }
}
