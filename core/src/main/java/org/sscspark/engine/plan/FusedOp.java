package org.sscspark.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;

/**
 * What an engine executes as one: an operator, or a batch norm with the addition that alone reads
 * it and the rectifier that alone reads that.
 *
 * @param op the operator, the batch norm of fused ones
 * @param skip the other operand of a fused addition, computed before
 * @param rectified whether a fused rectifier comes last
 * @param output the name of the value that is computed
 */
record FusedOp(Op op, Optional<String> skip, boolean rectified, String output) {
  /** One operator alone. */
  static FusedOp alone(Op op) {
    return new FusedOp(op, Optional.empty(), false, op.name());
  }

  /** The names of what it reads. */
  List<String> inputs() {
    List<String> inputs = new ArrayList<>(op.inputs());
    skip.ifPresent(inputs::add);
    return inputs;
  }

  /** A network's operators in an order of execution, each of them in one fused operator. */
  static List<FusedOp> of(NetworkSpec network) {
    Map<String, List<Op>> readers = new HashMap<>();
    for (Op op : network.ops()) {
      op.inputs().forEach(in -> readers.computeIfAbsent(in, name -> new ArrayList<>()).add(op));
    }
    List<FusedOp> planned = new ArrayList<>();
    Set<String> computed = new HashSet<>(Set.of(NetworkSpec.INPUT));
    Set<Op> fused = new HashSet<>();
    for (Op op : network.ops()) {
      if (fused.contains(op)) {
        continue;
      }
      FusedOp next = alone(op);
      if (op instanceof Op.BatchNorm norm) {
        Op last = norm;
        Optional<String> skip = Optional.empty();
        if (onlyReader(readers, last) instanceof Op.Add add) {
          skip =
              Optional.of(add.left().equals(norm.name()) ? add.right() : add.left())
                  .filter(computed::contains);
          last = skip.isPresent() ? add : norm;
          fused.add(last);
        }
        boolean rectified = onlyReader(readers, last) instanceof Op.Relu;
        if (rectified) {
          last = onlyReader(readers, last);
          fused.add(last);
        }
        next = new FusedOp(norm, skip, rectified, last.name());
      }
      planned.add(next);
      computed.add(next.output());
    }
    return planned;
  }

  /** The one reader of an operator's output; null if it has none or several. */
  private static Op onlyReader(Map<String, List<Op>> readers, Op op) {
    List<Op> all = readers.getOrDefault(op.name(), List.of());
    return all.size() == 1 ? all.get(0) : null;
  }
}
