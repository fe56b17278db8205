package org.sscspark.engine.lane;

import java.util.stream.Stream;
import org.sscspark.network.ParameterLayout;

/** What the steps of one replica share. */
final class LaneWorkspace {
  final Arithmetic arithmetic;
  final WorkerThreads threads;
  final CacheSizes caches;
  final LaneMinibatch batch;

  /** The flat parameter vector. */
  final float[] values;

  final float[] gradients;

  /** A few vectors for each thread. */
  private final float[][] scratch;

  private final LaneSlice[] slices;

  private final float[][] weightSums;

  /** What {@link OuterProductGradient} moves to lanes of filters; of all threads. */
  private float[] columns = new float[0];

  private final ParameterLayout parameters;

  /**
   * Computes on a replica's vectors.
   *
   * @param threads which the workspace's owner closes
   */
  LaneWorkspace(
      Arithmetic arithmetic,
      WorkerThreads threads,
      CacheSizes caches,
      ParameterLayout parameters,
      float[] values,
      float[] gradients) {
    this.arithmetic = arithmetic;
    this.threads = threads;
    this.caches = caches;
    this.batch = new LaneMinibatch(arithmetic.lanes());
    this.parameters = parameters;
    this.values = values;
    this.gradients = gradients;
    this.scratch = new float[threads.count()][arithmetic.lanes()];
    this.slices = Stream.generate(LaneSlice::new).limit(threads.count()).toArray(LaneSlice[]::new);
    this.weightSums = new float[threads.count()][0];
  }

  /** Where each parameter is in {@link #values} and {@link #gradients}. */
  ParameterLayout parameters() {
    return parameters;
  }

  int lanes() {
    return arithmetic.lanes();
  }

  float[] scratch(int part) {
    return scratch[part];
  }

  /** What a thread's loops over planes work on. */
  LaneSlice slice(int part) {
    return slices[part];
  }

  /** Makes room for so many floats in {@link #scratch}, while steps are planned. */
  void reserveScratch(int length) {
    reserve(scratch, length);
  }

  /** Lane sums of weight gradients, of each thread. */
  float[] weightSums(int part) {
    return weightSums[part];
  }

  /** Makes room for so many floats in {@link #weightSums}, while steps are planned. */
  void reserveWeightSums(int length) {
    reserve(weightSums, LaneBuffer.ofWholeLines(length));
  }

  private static void reserve(float[][] ofThreads, int length) {
    for (int part = 0; part < ofThreads.length; part++) {
      if (ofThreads[part].length < length) {
        ofThreads[part] = new float[length];
      }
    }
  }

  /** Makes room for so many columns, while steps are planned. */
  void reserveColumns(int count) {
    int length = Math.addExact(LaneLayout.FIRST, count);
    if (columns.length < length) {
      columns = new float[length];
    }
  }

  float[] columns() {
    return columns;
  }
}
