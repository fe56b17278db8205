package org.sscspark.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sscspark.pattern.SupportLayout;

/**
 * Counts of a network, layer by layer and in total. A multiply-add (MAC) is one multiplication and
 * one addition; MACs are those of convolutions and fully connected layers for one image.
 *
 * @param network the network's name
 * @param rows one for each layer with weights
 * @param parameters kept weights, biases, scales and shifts; not running statistics
 * @param trunkMixing see {@link Mixing#ofTrunk}
 * @param log10Paths the decimal logarithm of the number of paths from channels of the image to
 *     logits; minus infinity if there are none; see {@link EffectivePaths}
 */
public record NetworkSummary(
    String network,
    FeatureShape input,
    List<Row> rows,
    long parameters,
    double trunkMixing,
    double log10Paths) {
  /**
   * One layer.
   *
   * @param type such as {@code conv 3x3/2}
   * @param pattern such as {@code SSC(g=4,n=2,s=1,phase=3,b=2)}
   * @param prunable weights before anything is dropped
   * @param effective kept weights on a path from the input to the logits
   * @param denseMacs multiply-adds with all prunable weights
   * @param layersToFullMixing layers from this one on until every channel depends on every channel
   *     of its input; empty if the network ends before
   */
  public record Row(
      String name,
      String type,
      FeatureShape output,
      String pattern,
      long prunable,
      long kept,
      long effective,
      long denseMacs,
      long keptMacs,
      int classes,
      int deadFilters,
      int unreadChannels,
      OptionalInt layersToFullMixing) {
    /** Kept over prunable weights. */
    public double density() {
      return (double) kept / prunable;
    }

    /** Effective over prunable weights. */
    public double effectiveDensity() {
      return (double) effective / prunable;
    }
  }

  public NetworkSummary {
    rows = List.copyOf(rows);
  }

  /** Counts a network. */
  public static NetworkSummary of(NetworkSpec network) {
    Map<String, FeatureShape> shapes = network.shapes();
    Connectivity connectivity = Connectivity.of(network);
    Mixing mixing = Mixing.of(network);
    ParameterLayout layout = ParameterLayout.of(network);
    List<Row> rows = new ArrayList<>();
    for (Op.Weighted op : network.weighted()) {
      FeatureShape output = shapes.get(op.name());
      long places = (long) output.height() * output.width();
      SupportLayout support = layout.support(op.name());
      Connectivity.Layer layer = connectivity.layer(op.name());
      rows.add(
          new Row(
              op.name(),
              op.kind(),
              output,
              PatternName.of(op.support()),
              op.prunable(),
              support.kept(),
              layer.effective(),
              places * op.prunable(),
              places * support.kept(),
              support.classes().size(),
              layer.deadFilters(),
              layer.unreadChannels(),
              mixing.layersToFull(op.name())));
    }
    return new NetworkSummary(
        network.name(),
        network.input(),
        rows,
        layout.trainableCount(),
        Mixing.ofTrunk(network),
        EffectivePaths.log10(network));
  }

  /** Weights before anything is dropped. */
  public long prunable() {
    return rows.stream().mapToLong(Row::prunable).sum();
  }

  /** Kept weights. */
  public long kept() {
    return rows.stream().mapToLong(Row::kept).sum();
  }

  /** Kept weights on a path from the input to the logits. */
  public long effective() {
    return rows.stream().mapToLong(Row::effective).sum();
  }

  /** Multiply-adds of one image with all prunable weights. */
  public long denseMacs() {
    return rows.stream().mapToLong(Row::denseMacs).sum();
  }

  /** Multiply-adds of one image with the kept weights. */
  public long keptMacs() {
    return rows.stream().mapToLong(Row::keptMacs).sum();
  }

  /** Filters on no path from the input to the logits. */
  public int deadFilters() {
    return rows.stream().mapToInt(Row::deadFilters).sum();
  }

  /** Filters of all layers: the nodes that paths go through. */
  public int nodes() {
    return rows.stream().mapToInt(row -> row.output().channels()).sum();
  }

  /** Filters on a path from the input to the logits. */
  public int effectiveNodes() {
    return nodes() - deadFilters();
  }

  /** Input channels that their layer does not read. */
  public int unreadChannels() {
    return rows.stream().mapToInt(Row::unreadChannels).sum();
  }

  /** Kept over prunable weights. */
  public double density() {
    return (double) kept() / prunable();
  }

  /** Effective over prunable weights. */
  public double effectiveDensity() {
    return (double) effective() / prunable();
  }

  /** Kept over dense multiply-adds. */
  public double macDensity() {
    return (double) keptMacs() / denseMacs();
  }

  /** The most layers that any layer's channels need to mix fully; empty if some never do. */
  public OptionalInt layersToFullMixing() {
    if (rows.stream().anyMatch(row -> row.layersToFullMixing().isEmpty())) {
      return OptionalInt.empty();
    }
    return rows.stream().mapToInt(row -> row.layersToFullMixing().getAsInt()).max();
  }
}
