package org.sscspark.network;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.sscspark.pattern.Reachability;
import org.sscspark.pattern.SupportLayout;

/**
 * How fast channels mix. For each layer with weights: how many layers in a row, it included and
 * counted along the longest branch, until every channel depends on every channel of its input.
 */
public final class Mixing {
  private final Map<String, OptionalInt> layersToFull;

  private Mixing(Map<String, OptionalInt> layersToFull) {
    this.layersToFull = layersToFull;
  }

  /** Follows the channels of a network from every layer on. */
  public static Mixing of(NetworkSpec network) {
    Map<String, FeatureShape> shapes = network.shapes();
    Map<String, OptionalInt> bySource = new HashMap<>();
    Map<String, OptionalInt> layersToFull = new LinkedHashMap<>();
    for (Op.Weighted op : network.weighted()) {
      layersToFull.put(
          op.name(),
          bySource.computeIfAbsent(
              op.inputs().get(0), source -> layersToFull(network, shapes, source)));
    }
    return new Mixing(layersToFull);
  }

  private record Reached(Reachability channels, int layers) {}

  private static OptionalInt layersToFull(
      NetworkSpec network, Map<String, FeatureShape> shapes, String source) {
    Predicate<Reached> mixed = reached -> reached.layers() > 0 && reached.channels().full();
    for (Reached reached : follow(network, shapes, source, mixed).values()) {
      if (mixed.test(reached)) {
        return OptionalInt.of(reached.layers());
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Which channels of one operator's output depend on which of another's.
   *
   * @param source an operator's name, or {@link NetworkSpec#INPUT}
   * @param target an operator that depends on it
   */
  static Reachability between(NetworkSpec network, String source, String target) {
    Reached reached = follow(network, network.shapes(), source, any -> false).get(target);
    if (reached == null) {
      throw new IllegalArgumentException(target + " does not depend on " + source);
    }
    return reached.channels();
  }

  /** What depends on the source, in order, up to the first for which the condition holds. */
  private static Map<String, Reached> follow(
      NetworkSpec network,
      Map<String, FeatureShape> shapes,
      String source,
      Predicate<Reached> enough) {
    Map<String, Reached> all = new LinkedHashMap<>();
    all.put(source, new Reached(Reachability.identity(shapes.get(source).channels()), 0));
    for (Op op : network.ops()) {
      List<Reached> inputs = op.inputs().stream().filter(all::containsKey).map(all::get).toList();
      if (!inputs.isEmpty()) {
        Reached output = output(op, inputs, shapes.get(op.inputs().get(0)));
        all.put(op.name(), output);
        if (enough.test(output)) {
          break;
        }
      }
    }
    return all;
  }

  private static Reached output(Op op, List<Reached> inputs, FeatureShape inputShape) {
    Reached first = inputs.get(0);
    if (op instanceof Op.Weighted weighted) {
      // A fully connected layer reads every pixel of a channel.
      int pixels = weighted.support().shape().channels() / inputShape.channels();
      return new Reached(first.channels().through(weighted.support(), pixels), first.layers() + 1);
    }
    return inputs.stream()
        .reduce(
            (all, next) ->
                new Reached(
                    all.channels().plus(next.channels()), Math.max(all.layers(), next.layers())))
        .orElseThrow();
  }

  /** Layers from this one on until all is mixed; empty if the network ends before. */
  public OptionalInt layersToFull(String op) {
    return layersToFull.get(op);
  }

  /**
   * The part of all pairs (channel that the last layer reads, channel that the first sparse layer
   * reads) that depend on each other: 1 where channels mix fully between them, and 1/P in a network
   * that falls apart into P thin ones. 1 if the network has no sparse layer before the last.
   */
  public static double ofTrunk(NetworkSpec network) {
    List<Op.Weighted> weighted = network.weighted();
    Op.Weighted last = weighted.get(weighted.size() - 1);
    for (Op.Weighted op : weighted.subList(0, weighted.size() - 1)) {
      if (SupportLayout.of(op.support()).kept() < op.support().shape().size()) {
        return between(network, op.inputs().get(0), last.inputs().get(0)).fraction();
      }
    }
    return 1;
  }
}
