package org.sscspark.engine.lane;

import org.sscspark.network.ParameterLayout;

/** What the steps of one replica share. */
final class Machine {
  final Arithmetic arithmetic;
  final Team team;
  final int threads;
  final Minibatch batch;
  final ParameterLayout layout;
  final float[] parameters;
  final float[] gradients;

  /** A few vectors for each thread. */
  private final float[][] scratch;

  private final float[][] weightSums;

  /** What {@link OuterProductGradient} moves to lanes of filters; of all threads. */
  private float[] columns = new float[0];

  /**
   * Computes on these vectors.
   *
   * @param parameters of the layout
   * @param gradients as many
   */
  Machine(
      Arithmetic arithmetic,
      int threads,
      ParameterLayout layout,
      float[] parameters,
      float[] gradients) {
    this.arithmetic = arithmetic;
    this.threads = threads;
    this.team = new Team(threads);
    this.batch = new Minibatch(arithmetic.lanes());
    this.layout = layout;
    this.parameters = parameters;
    this.gradients = gradients;
    this.scratch = new float[threads][4 * arithmetic.lanes()];
    this.weightSums = new float[threads][LaneSumGradient.sumsLength(arithmetic.lanes())];
  }

  int lanes() {
    return arithmetic.lanes();
  }

  float[] scratch(int part) {
    return scratch[part];
  }

  /** Lane sums of weight gradients, of each thread. */
  float[] weightSums(int part) {
    return weightSums[part];
  }

  /** Makes room for so many floats in {@link #weightSums}, while steps are planned. */
  void reserveWeightSums(int length) {
    for (int part = 0; part < threads; part++) {
      if (weightSums[part].length < length) {
        weightSums[part] = new float[length];
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
