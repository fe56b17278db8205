package org.sscspark.pruning;

import java.util.Locale;
import org.sscspark.engine.BatchNormMode;

/** Gradients over scoring sets on this machine, chunk after chunk. */
public final class LocalGradients implements GradientSource {
  private final ChunkGradient chunkGradient;
  private final ScoringDraws draws;

  public LocalGradients(ChunkGradient chunkGradient, ScoringDraws draws) {
    this.chunkGradient = chunkGradient;
    this.draws = draws;
  }

  @Override
  public double[] gradient(double[] weights, int draw) {
    ScoringSet set = draws.draw(draw);
    double[] sum = new double[weights.length];
    for (int chunk = 0; chunk < set.chunks(); chunk++) {
      chunkGradient.addTo(sum, weights, set, chunk);
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= set.examples();
    }
    return sum;
  }

  @Override
  public int examples() {
    return draws.draw(0).examples();
  }

  @Override
  public String description() {
    ScoringSet set = draws.draw(0);
    return String.format(
        Locale.ROOT,
        "%d examples in chunks of %d, batch norm on %s statistics, temperature %s",
        set.examples(),
        set.chunk(),
        chunkGradient.mode() == BatchNormMode.BATCH ? "chunk" : "initial",
        chunkGradient.temperature());
  }
}
