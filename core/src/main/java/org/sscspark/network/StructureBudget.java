package org.sscspark.network;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.Support;

/** What layers of a structure may keep, and what a density leaves for them. */
final class StructureBudget {
  private final NetworkSpec dense;
  private final double density;
  private final Set<String> keptDense;

  /**
   * Starts a design.
   *
   * @param denseLayers names of layers that stay dense, as in {@link SscSettings}
   */
  StructureBudget(NetworkSpec dense, double density, List<String> denseLayers) {
    this.dense = dense;
    this.density = density;
    this.keptDense = names(dense, denseLayers);
  }

  static Set<String> names(NetworkSpec network, List<String> layers) {
    LayerNames names = new LayerNames(network);
    Set<String> matching = new HashSet<>();
    layers.forEach(layer -> matching.addAll(names.matching(layer)));
    return matching;
  }

  /**
   * What a layer can become.
   *
   * @param kept its numbers of weights, ascending; the last is that of the dense layer
   * @param support what it is made of, by the place in that list
   */
  record Choice(String layer, List<Long> kept, IntFunction<Support> support) {}

  /** The layers that a structure may change: not those of the architecture's own groups. */
  List<Op.Weighted> sparse() {
    return dense.weighted().stream()
        .filter(op -> !keptDense.contains(op.name()) && op.layer().groups() == 1)
        .toList();
  }

  /**
   * The network whose layers keep as much as fits, asked for their supports in order.
   *
   * @param what the structure, in words
   * @throws BadInputException if the density cannot be met
   */
  NetworkSpec network(String what, List<Choice> choices) {
    int[] chosen = spend(what, choices);
    Map<String, Support> supports = new LinkedHashMap<>();
    for (int i = 0; i < chosen.length; i++) {
      supports.put(choices.get(i).layer(), choices.get(i).support().apply(chosen[i]));
    }
    return dense.withSupports(supports);
  }

  /** Starts from the fewest weights and lets the sparsest layer grow while the budget allows. */
  private int[] spend(String what, List<Choice> choices) {
    int[] chosen = new int[choices.size()];
    long left = of(dense, density) - weights(dense);
    for (Choice choice : choices) {
      left += choice.kept().get(choice.kept().size() - 1) - choice.kept().get(0);
    }
    if (left < 0) {
      throw infeasible(what, dense, density, of(dense, density) - left);
    }
    while (true) {
      int sparsest = -1;
      double lowest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < chosen.length; i++) {
        List<Long> kept = choices.get(i).kept();
        double share = (double) kept.get(chosen[i]) / kept.get(kept.size() - 1);
        if (chosen[i] + 1 < kept.size()
            && kept.get(chosen[i] + 1) - kept.get(chosen[i]) <= left
            && share < lowest) {
          sparsest = i;
          lowest = share;
        }
      }
      if (sparsest < 0) {
        break;
      }
      List<Long> kept = choices.get(sparsest).kept();
      left -= kept.get(chosen[sparsest] + 1) - kept.get(chosen[sparsest]);
      chosen[sparsest]++;
    }
    return chosen;
  }

  /** The weights that a density leaves of a network. */
  static long of(NetworkSpec dense, double density) {
    return DensityAllocator.keptOf(Math.toIntExact(weights(dense)), density);
  }

  /** The prunable weights of a network. */
  static long weights(NetworkSpec network) {
    return network.weighted().stream().mapToLong(Op.Weighted::prunable).sum();
  }

  static BadInputException infeasible(String what, NetworkSpec dense, double density, long least) {
    return new UnmetSettingsException(
        String.format(
            Locale.ROOT,
            "Density %s cannot be met by %s: %s would keep at least %d of %d weights; take a density"
                + " of %.4f or more",
            density,
            what,
            dense.name(),
            least,
            weights(dense),
            Math.ceil(1e4 * least / weights(dense)) / 1e4));
  }
}
