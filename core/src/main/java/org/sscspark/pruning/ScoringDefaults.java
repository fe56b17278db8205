package org.sscspark.pruning;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.PruningSettings.Statistics;

/**
 * What holds for a scoring method where the section {@code pruning} says nothing.
 *
 * @param budget how layers share the density
 * @param fixedBudget whether the method means nothing with another budget, so that one is refused
 * @param steps of the schedule, which is exponential if there are several
 * @param amount the examples of a draw, if the score sees images
 * @param chunk the examples of a forward pass
 * @param batchNorm the statistics of batch norm
 * @param temperature what logits are divided by
 */
public record ScoringDefaults(
    Budget budget,
    boolean fixedBudget,
    int steps,
    ScoringData.Amount amount,
    int chunk,
    Statistics batchNorm,
    double temperature) {
  /** All weights compete in one step; one chunk of 128 images without batch norm. */
  public static final ScoringDefaults COMMON =
      new ScoringDefaults(
          Budget.GLOBAL,
          /* fixedBudget= */ false,
          /* steps= */ 1,
          new ScoringData.Amount.Batches(1),
          /* chunk= */ 128,
          Statistics.INITIAL,
          /* temperature= */ 1);

  /** The same with another budget. */
  public ScoringDefaults withBudget(Budget own) {
    return new ScoringDefaults(own, fixedBudget, steps, amount, chunk, batchNorm, temperature);
  }

  /** The same with a budget that is the method. */
  public ScoringDefaults withFixedBudget(Budget own) {
    return new ScoringDefaults(
        own, /* fixedBudget= */ true, steps, amount, chunk, batchNorm, temperature);
  }

  /** The same with batch norm on these statistics. */
  public ScoringDefaults withBatchNorm(Statistics own) {
    return new ScoringDefaults(budget, fixedBudget, steps, amount, chunk, own, temperature);
  }

  /** The same on other examples. */
  public ScoringDefaults withAmount(ScoringData.Amount own) {
    return new ScoringDefaults(budget, fixedBudget, steps, own, chunk, batchNorm, temperature);
  }

  /** The same with so many examples in a forward pass. */
  public ScoringDefaults withChunk(int own) {
    return new ScoringDefaults(budget, fixedBudget, steps, amount, own, batchNorm, temperature);
  }

  /** The same in so many steps. */
  public ScoringDefaults withSteps(int own) {
    return new ScoringDefaults(budget, fixedBudget, own, amount, chunk, batchNorm, temperature);
  }
}
