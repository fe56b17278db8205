package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;

/** The same share of each layer, at random places. */
public final class RandomUniform extends RandomPlaces {
  /** As services are made. */
  public RandomUniform() {
    super("random-uniform", Budget.UNIFORM);
  }
}
