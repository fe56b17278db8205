package org.sscspark.pattern;

/** What a network of SSC keeps of depthwise layers, whose filters are one kernel each. */
public enum DepthwiseLayers {
  /**
   * All, as a depthwise layer is one of SSC's patterns already; where that is more than a third of
   * what sparse layers may keep together, so much.
   */
  WHOLE,
  /** Their share, as any layer: below 4/9 a 3x3 kernel is its centre alone. */
  SHARE
}
