package org.sscspark.spark.train;

/** How a network's weights are chosen before training. */
public enum Method {
  /** All of them. */
  DENSE,
  /** Structured sparse convolution, at the experiment's density. */
  SSC
}
