package org.sscspark.pruning;

import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.LossGradient.Precision;

/**
 * What a scoring method can make its scores of.
 *
 * @param dense the unpruned network
 * @param initialParameters its flat vector; read only
 * @param density the share of weights that will be kept
 * @param seed of random scores
 * @param plan how the method runs
 * @param engine the engine that trains; features are kept as they are computed, however it trains
 * @param sources where gradients are computed
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record ScoringContext(
    NetworkSpec dense,
    float[] initialParameters,
    double density,
    long seed,
    PruningPlan plan,
    EngineSettings engine,
    GradientSources sources) {
  public ScoringContext {
    engine = engine.exact();
  }

  /** Gradients of the loss in single precision, from the engine that trains. */
  public GradientSource gradients() {
    return gradients(new Precision.Singles(engine));
  }

  /** Gradients of the loss in double precision. */
  public GradientSource exactGradients() {
    return gradients(new Precision.Doubles());
  }

  private GradientSource gradients(Precision precision) {
    return sources.of(
        LossGradient.of(dense, initialParameters, plan.mode(), plan.temperature(), precision),
        plan.data());
  }
}
