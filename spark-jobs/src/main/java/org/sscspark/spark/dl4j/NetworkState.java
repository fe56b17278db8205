package org.sscspark.spark.dl4j;

import java.io.Serializable;
import org.sscspark.spark.averaging.FloatBytes;
import org.sscspark.spark.averaging.OptimizerStateMode;

/**
 * What a DL4J network is at the start of a round: configuration, [parameters | updater state] and
 * counters, as text and bytes. Broadcasting no INDArray keeps native memory out of Spark's hands.
 */
final class NetworkState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final AveragedNetwork.Kind kind;
  private final String configuration;
  private final byte[] values;
  private final OptimizerStateMode updaterState;
  private final int iteration;
  private final int epoch;

  private NetworkState(
      AveragedNetwork network, String configuration, OptimizerStateMode updaterState) {
    this.kind = network.kind();
    this.configuration = configuration;
    this.values = network.encode(updaterState);
    this.updaterState = updaterState;
    this.iteration = network.iterations();
    this.epoch = network.epochs();
  }

  /**
   * The state of a network now.
   *
   * @param configuration the network's, which does not change from round to round
   */
  static NetworkState of(
      AveragedNetwork network, String configuration, OptimizerStateMode updaterState) {
    return new NetworkState(network, configuration, updaterState);
  }

  /** A new network of this configuration, its parameters not yet set. */
  AveragedNetwork newNetwork() {
    return kind.read(configuration);
  }

  /** Sets all of a network's state to this. */
  void writeTo(AveragedNetwork network) {
    network.write(FloatBytes.decode(values), updaterState);
    network.count(iteration, epoch);
    network.clearRecurrentState();
  }

  /** Encodes what a worker brings to the mean. */
  byte[] vectorOf(AveragedNetwork network) {
    return network.encode(updaterState);
  }

  int iteration() {
    return iteration;
  }
}
