package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;

/** ERK+ (Liu et al., ICLR 2022): ERK's shares with a dense last layer, at random places. */
public final class RandomErkPlus extends RandomPlaces {
  /** As services are made. */
  public RandomErkPlus() {
    super("random-erk-plus", Budget.ERK_PLUS);
  }
}
