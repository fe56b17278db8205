package org.sscspark.engine.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sscspark.network.Op;

/**
 * Which values, and their gradients, are kept as {@link
 * org.sscspark.engine.FeatureStorage#BFLOAT16}: those that only operators read and write which take
 * a few rows of a channel at a time. Layers that work on whole minibatches multiply what is stored,
 * so what they read and write stays as it is.
 */
final class HalvedValues {
  private HalvedValues() {}

  /**
   * The names of the halved ones among the outputs of a plan's steps.
   *
   * @param logits the name of the network's output
   */
  static Set<String> of(Banding banding, String logits) {
    List<FusedOp> ops = banding.ops();
    Set<String> halved = new HashSet<>();
    ops.stream().map(FusedOp::output).forEach(halved::add);
    // The caller reads the logits, and brings their gradient.
    halved.remove(logits);
    for (FusedOp op : ops) {
      if (!takesRows(op, banding)) {
        halved.remove(op.output());
        op.inputs().forEach(halved::remove);
      }
    }
    int before;
    do {
      before = halved.size();
      for (FusedOp op : ops) {
        // The gradient of a skip connection is that of the sum, in its buffer.
        op.skip().ifPresent(skip -> keepAlike(halved, op.output(), skip));
        // The way back looks for what was written among what was read: both rounded, or neither.
        if (op.op() instanceof Op.MaxPool pool && !halved.contains(pool.input())) {
          halved.remove(op.output());
        }
      }
    } while (halved.size() < before);
    return halved;
  }

  private static void keepAlike(Set<String> halved, String one, String other) {
    if (!(halved.contains(one) && halved.contains(other))) {
      halved.remove(one);
      halved.remove(other);
    }
  }

  private static boolean takesRows(FusedOp op, Banding banding) {
    return banding.isLayer(op)
        || op.op() instanceof Op.BatchNorm
        || op.op() instanceof Op.Channelwise;
  }
}
