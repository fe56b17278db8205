package org.sscspark.pruning.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.random.RandomStream;

/**
 * Random walks over the channels of a network, from the image to the logits or back. A walk passes
 * one weight of each layer that it goes through: of those that its channel has there, one with
 * probability proportional to its size. Weights that see nothing but padding are never passed. Of
 * several ways, each is as likely; a shortcut without weights past something else is no way.
 */
final class WeightWalks {
  private static final int[] STUCK = {};

  private final String logits;
  private final Map<String, WalkedLayer> layers = new HashMap<>();

  /** The operators that a walk can go to from each value. */
  private final Map<String, List<Op>> onwards = new HashMap<>();

  /** The values that a walk back can go to from each value. */
  private final Map<String, List<String>> back = new HashMap<>();

  /**
   * Prepares walks.
   *
   * @param initial the flat vector of the network
   */
  WeightWalks(NetworkSpec network, float[] initial) {
    List<Op> ops = network.ops();
    this.logits = ops.get(ops.size() - 1).name();
    Map<String, FeatureShape> shapes = network.shapes();
    ParameterLayout layout = ParameterLayout.of(network);
    Map<String, List<Op>> readers = new HashMap<>();
    for (Op op : ops) {
      op.inputs().forEach(in -> readers.computeIfAbsent(in, name -> new ArrayList<>()).add(op));
      if (op instanceof Op.Weighted weighted) {
        layers.put(
            op.name(), new WalkedLayer(weighted, shapes.get(op.inputs().get(0)), layout, initial));
      }
    }
    readers.forEach((value, ways) -> onwards.put(value, ways(ways, op -> isShortcut(op, ways))));
    for (Op op : ops) {
      back.put(op.name(), ways(op.inputs(), value -> isShortcut(op, readers.get(value))));
    }
  }

  private static boolean isShortcut(Op op, List<Op> readers) {
    return op instanceof Op.Add && readers.size() > 1;
  }

  private static <T> List<T> ways(List<T> all, Predicate<T> isShortcut) {
    List<T> ways = all.stream().filter(isShortcut.negate()).toList();
    return ways.isEmpty() ? all : ways;
  }

  /**
   * Walks from a channel of the image to the logits.
   *
   * @return the weights that were passed; none if there was no way on
   */
  int[] forward(int channel, RandomStream random) {
    int[] passed = new int[layers.size()];
    int count = 0;
    int at = channel;
    for (String value = NetworkSpec.INPUT; !value.equals(logits); ) {
      List<Op> ways = onwards.getOrDefault(value, List.of());
      if (ways.isEmpty()) {
        return STUCK;
      }
      value = anyOf(ways, random).name();
      WalkedLayer layer = layers.get(value);
      if (layer != null) {
        int weight = layer.readingChannel(at, random);
        if (weight < 0) {
          return STUCK;
        }
        passed[count++] = weight;
        at = layer.filter(weight);
      }
    }
    return Arrays.copyOf(passed, count);
  }

  /**
   * Walks from a logit to the image.
   *
   * @return the weights that were passed; none if there was no way on
   */
  int[] backward(int logit, RandomStream random) {
    int[] passed = new int[layers.size()];
    int count = 0;
    int at = logit;
    for (String value = logits; !value.equals(NetworkSpec.INPUT); ) {
      WalkedLayer layer = layers.get(value);
      if (layer != null) {
        int weight = layer.ofFilter(at, random);
        if (weight < 0) {
          return STUCK;
        }
        passed[count++] = weight;
        at = layer.channel(weight);
      }
      value = anyOf(back.get(value), random);
    }
    return Arrays.copyOf(passed, count);
  }

  private static <T> T anyOf(List<T> ways, RandomStream random) {
    return ways.get(ways.size() == 1 ? 0 : random.nextInt(ways.size()));
  }
}
