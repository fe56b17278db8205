package org.sscspark.network;

/** Which fan-in an initial weight's variance is divided by. */
public enum FanIn {
  /** The weights that the filter keeps, so that activations keep their scale at any density. */
  KEPT,
  /** The weights of the dense filter, as the literature on pruning at initialisation does. */
  DENSE;

  /** What is taken where nothing is said. */
  public static final FanIn DEFAULT = DENSE;
}
