package org.sscspark.exchange;

import java.util.ArrayList;
import java.util.List;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** A network's last layer, which knows how many classes there are. */
final class Classifier {
  private Classifier() {}

  static Op of(NetworkSpec network) {
    return network.ops().get(network.ops().size() - 1);
  }

  /** The same network for another number of classes, if it ends in a fully connected layer. */
  static NetworkSpec of(NetworkSpec network, int classes) {
    if (classes < 1
        || classes == network.classes()
        || !(of(network) instanceof Op.FullyConnected last)) {
      return network;
    }
    List<Op> ops = new ArrayList<>(network.ops());
    ops.set(
        ops.size() - 1,
        new Op.FullyConnected(
            last.name(),
            last.input(),
            Support.dense(new WeightShape(classes, last.support().shape().channels(), 1, 1)),
            last.bias()));
    return new NetworkSpec(network.name(), network.input(), ops);
  }
}
