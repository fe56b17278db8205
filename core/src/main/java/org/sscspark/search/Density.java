package org.sscspark.search;

import org.sscspark.random.RandomStream;

/** A probability density on [0, 1). */
sealed interface Density permits CountDensity, ParzenDensity {
  /** The density at a place. */
  double at(double place);

  /** A place drawn from it. */
  double draw(RandomStream random);
}
