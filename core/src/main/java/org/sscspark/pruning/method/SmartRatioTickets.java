package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;

/**
 * The layer shares of random tickets, at random places; see {@link
 * org.sscspark.pruning.SmartRatio}.
 */
public final class SmartRatioTickets extends RandomPlaces {
  /** As services are made. */
  public SmartRatioTickets() {
    super("smart-ratio", Budget.SMART_RATIO);
  }
}
