package org.sscspark.pruning;

import java.util.function.Function;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;

/** A method whose network follows from settings alone. */
public non-sealed interface StructureMethod extends PruningMethod {
  /**
   * Returns the network to train. It need not have the layers of the dense one.
   *
   * @param design seed, density and the settings of structures
   * @param dense the network that weights are dropped from
   * @throws BadInputException if the density cannot be met
   */
  NetworkSpec structure(NetworkDesign design, NetworkSpec dense);

  /**
   * Whether the network or its initial weights follow from a setting of the section {@code ssc}; of
   * all if nothing else is said.
   *
   * @param key without the section's name, as in {@code dense-layers}
   */
  default boolean reads(String key) {
    return true;
  }

  @Override
  default <R> R accept(Function<ScoringMethod, R> scoring, Function<StructureMethod, R> structure) {
    return structure.apply(this);
  }
}
