package org.sscspark.pattern;

/** How far apart the kernels of a period are, from layer to layer. */
public enum KernelDistances {
  /** Evenly spaced, the first POINT kernel at 1, 2, 4, ... from slot 0. */
  DOUBLING,
  /**
   * At the multiples of 1, r, r^2, ..., where r is the number of kernels in a period: the shifts of
   * a mixed radix system (RadiX-Net; Robinett and Kepner, 2019). Where r^m is the period, m layers
   * connect any two channels by equally many paths.
   */
  MIXED_RADIX
}
