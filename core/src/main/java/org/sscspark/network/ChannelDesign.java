package org.sscspark.network;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sscspark.config.BadInputException;
import org.sscspark.network.MixedRadix.Wiring;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Structures of a graph over channels, in which a kernel exists whole or not at all. As those of
 * {@link StructuredDesign} they keep as many weights as fit into a density, and never more.
 */
public final class ChannelDesign {
  private final StructureBudget budget;

  /**
   * Starts a design.
   *
   * @param denseLayers names of layers that stay dense, as in {@link SscSettings}
   */
  public ChannelDesign(NetworkSpec dense, double density, List<String> denseLayers) {
    this.budget = new StructureBudget(dense, density, denseLayers);
  }

  /**
   * X-Net (Prabhu, Varma and Namboodiri, ECCV 2018): random graphs of constant degree. Each filter
   * reads D random channels, or, where there are fewer filters than channels, each channel is read
   * by D random filters.
   *
   * @throws BadInputException if the density cannot be met: D is 1 at least
   */
  public NetworkSpec expander(long seed) {
    List<StructureBudget.Choice> choices = new ArrayList<>();
    for (Op.Weighted op : budget.sparse()) {
      WeightShape shape = op.support().shape();
      int layer = choices.size();
      int most = Math.min(shape.filters(), shape.channels());
      int nodes = Math.max(shape.filters(), shape.channels());
      choices.add(
          new StructureBudget.Choice(
              op.name(),
              IntStream.rangeClosed(1, most)
                  .mapToObj(degree -> (long) degree * nodes * shape.window())
                  .toList(),
              step -> constantDegree(shape, step + 1, seed, layer)));
    }
    return budget.network("X-Net's graphs", choices);
  }

  private static Support constantDegree(WeightShape shape, int degree, long seed, int layer) {
    boolean byFilter = shape.filters() >= shape.channels();
    int most = byFilter ? shape.channels() : shape.filters();
    List<BitSet> neighbours = new ArrayList<>();
    for (int node = 0; node < (byFilter ? shape.filters() : shape.channels()); node++) {
      int[] order = RandomStream.of(seed, Purpose.PRUNING_SCORE, layer, node).permutation(most);
      BitSet read = new BitSet();
      IntStream.of(order).limit(degree).forEach(read::set);
      neighbours.add(read);
    }
    return WholeKernels.of(
        shape,
        (filter, channel) ->
            byFilter ? neighbours.get(filter).get(channel) : neighbours.get(channel).get(filter));
  }

  /**
   * RadiX-Net (Robinett and Kepner, IPDPSW 2019): sums of cyclic shifts.
   *
   * @see #mixedRadix
   * @throws BadInputException if the density cannot be met: radices are 2 at least
   */
  public NetworkSpec radix() {
    return mixedRadix("RadiX-Net's shifts", Wiring.SHIFTS);
  }

  /**
   * Butterflies of any radix (Dao et al., ICML 2019).
   *
   * @see #mixedRadix
   * @throws BadInputException if the density cannot be met: radices are 2 at least
   */
  public NetworkSpec butterfly() {
    return mixedRadix("butterflies", Wiring.BUTTERFLY);
  }

  /**
   * Layers with as many nodes as their channels and filters have as largest common divisor; a layer
   * in which that is 1 stays dense. Those of equally many nodes take the places of a system one
   * after the other; where the next place does not fit, a system begins.
   */
  private NetworkSpec mixedRadix(String what, Wiring wiring) {
    Map<Integer, Integer> places = new HashMap<>();
    List<StructureBudget.Choice> choices = new ArrayList<>();
    for (Op.Weighted op : budget.sparse()) {
      WeightShape shape = op.support().shape();
      int nodes =
          BigInteger.valueOf(shape.channels())
              .gcd(BigInteger.valueOf(shape.filters()))
              .intValueExact();
      List<Integer> radices =
          IntStream.rangeClosed(2, nodes).filter(radix -> nodes % radix == 0).boxed().toList();
      if (!radices.isEmpty()) {
        choices.add(
            new StructureBudget.Choice(
                op.name(),
                radices.stream().map(radix -> (long) shape.size() / nodes * radix).toList(),
                step -> next(places, nodes, radices.get(step)).support(shape, wiring)));
      }
    }
    return budget.network(what, choices);
  }

  /** The layer of a radix at the place that layers before it have come to. */
  private static MixedRadix next(Map<Integer, Integer> places, int nodes, int radix) {
    int place = places.getOrDefault(nodes, 1);
    if (nodes % (place * radix) != 0) {
      place = 1;
    }
    places.put(nodes, place * radix == nodes ? 1 : place * radix);
    return new MixedRadix(nodes, radix, place);
  }
}
