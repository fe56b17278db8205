package org.sscspark.engine.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    Map<String, String> partners = new HashMap<>();
    for (FusedOp op : ops) {
      op.skip().ifPresent(skip -> partners.put(op.output(), skip));
    }
    // The gradient of a skip connection is that of the sum, in its buffer.
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Map.Entry<String, String> pair : partners.entrySet()) {
        if (halved.contains(pair.getKey()) != halved.contains(pair.getValue())) {
          halved.remove(pair.getKey());
          halved.remove(pair.getValue());
          changed = true;
        }
      }
    }
    return halved;
  }

  private static boolean takesRows(FusedOp op, Banding banding) {
    return banding.isLayer(op)
        || op.op() instanceof Op.BatchNorm
        || op.op() instanceof Op.Channelwise;
  }
}
