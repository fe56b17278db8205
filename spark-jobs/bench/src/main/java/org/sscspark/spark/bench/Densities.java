package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.report.Figures;

/** Networks of several densities, told apart by how many weights they keep. */
final class Densities {
  private Densities() {}

  /**
   * A network for each density.
   *
   * @param kind of the networks, for people
   * @throws BadInputException if a density cannot be met, or two come to as many weights
   */
  static List<NetworkSpec> networks(
      String kind, List<Double> densities, DoubleFunction<NetworkSpec> design) {
    Map<Integer, Double> met = new HashMap<>();
    List<NetworkSpec> networks = new ArrayList<>();
    for (double density : densities) {
      NetworkSpec network = design.apply(density);
      int weights = ParameterLayout.of(network).weightCount();
      Double other = met.put(weights, density);
      if (other != null) {
        throw new BadInputException(
            "Densities %s and %s of %s come to one network of %s weights; give one of them"
                .formatted(other, density, kind, Figures.count(weights)));
      }
      networks.add(network);
    }
    return networks;
  }
}
