package org.sscspark.network;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pattern.Support;

/**
 * A network, described once and executed by any engine: operators in an order in which each reads
 * only earlier ones. The last operator's output is the logits, [classes, 1, 1].
 *
 * @param name the model's name, such as {@code resnet20}
 * @param input the shape of one image
 * @param ops the operators
 */
public record NetworkSpec(String name, FeatureShape input, List<Op> ops) implements Serializable {
  /** The name by which operators read the network's input. */
  public static final String INPUT = "input";

  /**
   * Checks names, order and shapes.
   *
   * @throws IllegalArgumentException if an operator cannot read what it names
   */
  public NetworkSpec {
    ops = List.copyOf(ops);
    Map<String, FeatureShape> shapes = shapes(input, ops);
    FeatureShape logits = shapes.get(last(ops).name());
    if (logits.height() != 1 || logits.width() != 1) {
      throw new IllegalArgumentException(
          "Network " + name + " must end in logits [classes, 1, 1], ends in " + logits);
    }
  }

  private static Map<String, FeatureShape> shapes(FeatureShape input, List<Op> ops) {
    if (ops.isEmpty()) {
      throw new IllegalArgumentException("A network needs at least one operator");
    }
    Map<String, FeatureShape> shapes = new LinkedHashMap<>();
    shapes.put(INPUT, input);
    for (Op op : ops) {
      List<FeatureShape> inputs = new ArrayList<>();
      for (String read : op.inputs()) {
        FeatureShape shape = shapes.get(read);
        if (shape == null) {
          throw new IllegalArgumentException(
              op.name() + " reads " + read + ", which is no earlier operator");
        }
        inputs.add(shape);
      }
      if (shapes.put(op.name(), op.output(inputs)) != null) {
        throw new IllegalArgumentException("Two operators are named " + op.name());
      }
    }
    return shapes;
  }

  private static Op last(List<Op> ops) {
    return ops.get(ops.size() - 1);
  }

  /** The name of the operator whose output is the logits. */
  public String logits() {
    return last(ops).name();
  }

  /** The names of the values that the logits depend on, theirs included. Computed anew. */
  public Set<String> live() {
    Set<String> live = new HashSet<>();
    live.add(logits());
    for (int i = ops.size() - 1; i >= 0; i--) {
      if (live.contains(ops.get(i).name())) {
        live.addAll(ops.get(i).inputs());
      }
    }
    return live;
  }

  /** The number of classes. */
  public int classes() {
    return shapes().get(logits()).channels();
  }

  /** The output shape of every operator, and of {@link #INPUT}, in order. Computed anew. */
  public Map<String, FeatureShape> shapes() {
    return shapes(input, ops);
  }

  /** The operators with prunable weights, in order. */
  public List<Op.Weighted> weighted() {
    List<Op.Weighted> weighted = new ArrayList<>();
    for (Op op : ops) {
      if (op instanceof Op.Weighted w) {
        weighted.add(w);
      }
    }
    return weighted;
  }

  /** The operators with prunable weights as allocators see them, in order. */
  public List<PrunableLayer> layers() {
    Map<String, FeatureShape> shapes = shapes();
    List<PrunableLayer> layers = new ArrayList<>();
    for (Op.Weighted op : weighted()) {
      FeatureShape out = shapes.get(op.name());
      layers.add(op.layer().at(out.height() * out.width()));
    }
    return layers;
  }

  /**
   * The same network with other supports.
   *
   * @param supports replacements by operator name; operators not named keep theirs
   * @throws IllegalArgumentException if a name is no weighted operator, or a shape differs
   */
  public NetworkSpec withSupports(Map<String, Support> supports) {
    Map<String, Support> left = new LinkedHashMap<>(supports);
    List<Op> replaced = new ArrayList<>();
    for (Op op : ops) {
      Support support = left.remove(op.name());
      if (support == null) {
        replaced.add(op);
      } else if (op instanceof Op.Weighted weighted) {
        replaced.add(weighted.withSupport(support));
      } else {
        throw new IllegalArgumentException(op.name() + " has no weights to give a support to");
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("Network " + name + " has no operators " + left.keySet());
    }
    return new NetworkSpec(name, input, replaced);
  }
}
