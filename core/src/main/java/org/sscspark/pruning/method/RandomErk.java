package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;

/** Erdos-Renyi-Kernel shares (Evci et al., ICML 2020), at random places. */
public final class RandomErk extends RandomPlaces {
  /** As services are made. */
  public RandomErk() {
    super("random-erk", Budget.ERK);
  }
}
