package org.sscspark.spark.bench;

import java.util.Map;

/** A way to compute a convolution, ready to be timed on one thread. */
interface Kernel extends AutoCloseable {
  /** What is run for each pass: forward first. Either both backward passes, or one for both. */
  Map<Pass, Runnable> passes();

  /** The weights that take part. */
  int weights();

  /** Multiply-adds of the forward pass; each backward pass has as many. */
  long multiplyAdds();

  @Override
  void close();
}
