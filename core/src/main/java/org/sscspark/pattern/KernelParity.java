package org.sscspark.pattern;

/** Which of ODD and EVEN comes first in a period, from layer to layer. */
public enum KernelParity {
  /** The same in every layer. */
  SAME,
  /**
   * ODD and EVEN change places in every other sparse layer whose period has as many of both, so
   * that what one layer reads at corners and centre the next reads at edges.
   */
  ALTERNATING
}
