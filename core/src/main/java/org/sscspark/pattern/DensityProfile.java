package org.sscspark.pattern;

/** How a global density is divided among layers. */
public enum DensityProfile {
  /** Every sparse layer keeps the same fraction. */
  UNIFORM,
  /**
   * Erdos-Renyi-Kernel (Evci et al., ICML 2020): density proportional to the sum of a layer's
   * dimensions over their product, so small layers stay denser.
   */
  ERK,
  /**
   * Density proportional to one over the root of what a weight costs in multiply-adds, so layers on
   * small images stay denser; see {@link PrunableLayer#costRatio}.
   */
  BY_COST,
  /** Given layer by layer; layers not given share the rest evenly. */
  EXPLICIT
}
