package org.sscspark.pruning;

import java.nio.DoubleBuffer;

/** Gradients over scoring sets on this machine, chunk after chunk. */
public final class LocalGradients implements GradientSource {
  private final ScoredFunction function;
  private final ScoringDraws draws;
  private final ChunkArithmetic arithmetic = new ChunkArithmetic();
  private int heldDraw = -1;
  private ScoringSet held;

  public LocalGradients(ScoredFunction function, ScoringDraws draws) {
    this.function = function;
    this.draws = draws;
  }

  @Override
  public double[] gradient(DoubleBuffer weights, int draw) {
    if (draw != heldDraw) {
      held = draws.draw(draw);
      heldDraw = draw;
    }
    GradientSum sum = new GradientSum(weights.limit());
    try (ChunkGradient chunks = function.open(held.chunk())) {
      for (int chunk = 0; chunk < held.chunks(); chunk++) {
        sum.add(chunks.of(weights, held, chunk));
        arithmetic.add(chunks.arithmetic());
      }
    }
    return sum.mean(held.examples());
  }

  @Override
  public String description() {
    return arithmetic.describe(function);
  }
}
