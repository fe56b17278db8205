package org.sscspark.pruning.method;

import java.util.Set;
import org.sscspark.pruning.StructureMethod;

/** A structure of its own for each layer, but for those that stay dense. */
interface LayerStructure extends StructureMethod {
  /** What {@link org.sscspark.network.SscSettings} say of all structures. */
  Set<String> COMMON = Set.of("dense-layers", "fan-in");

  @Override
  default boolean reads(String key) {
    return COMMON.contains(key);
  }
}
