package org.sscspark.data;

/** The examples of a shard, in stored order. */
sealed interface ExampleBlock permits ImageBlock, EncodedBlock {
  /** The identity of each example in its data set. */
  long[] ids();

  /** The class of each example. */
  int[] labels();
}
