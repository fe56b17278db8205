package org.sscspark.spark.compare;

import java.util.Optional;
import org.sscspark.pruning.Method;

/** One row of the comparison's table. */
public record CellKey(Method method, Optional<VariantKey> variant, double density) {
  /** The row of a method as it is. */
  public CellKey(Method method, double density) {
    this(method, Optional.empty(), density);
  }

  /** What to call it, as a part of a file name. */
  public String name() {
    String named = variant.map(one -> method.name() + "-" + one.name()).orElse(method.name());
    return isDense() && density == 1 ? named : named + "-" + density;
  }

  /** What its method is called in tables: {@code ssc:shifts} is a variant of SSC. */
  public String label() {
    return variant.map(one -> method.name() + ":" + one.name()).orElse(method.name());
  }

  /** Whether it is SSC by the recipe's settings, which all others are set against. */
  boolean isSsc() {
    return method.equals(Method.SSC) && variant.isEmpty();
  }

  boolean isDense() {
    return method.equals(Method.DENSE);
  }
}
