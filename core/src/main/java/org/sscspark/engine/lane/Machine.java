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

  /** The lane sums of weight gradients: used by one step at a time. */
  private float[] weightSums = new float[0];

  Machine(Arithmetic arithmetic, int threads, ParameterLayout layout) {
    this.arithmetic = arithmetic;
    this.threads = threads;
    this.team = new Team(threads);
    this.batch = new Minibatch(arithmetic.lanes());
    this.layout = layout;
    this.parameters = new float[layout.size()];
    this.gradients = new float[layout.size()];
    this.scratch = new float[threads][4 * arithmetic.lanes()];
  }

  int lanes() {
    return arithmetic.lanes();
  }

  float[] scratch(int part) {
    return scratch[part];
  }

  /** While planning: makes room for the sums of a step. */
  void reserveWeightSums(int length) {
    if (length > weightSums.length) {
      weightSums = new float[length];
    }
  }

  float[] weightSums() {
    return weightSums;
  }
}
