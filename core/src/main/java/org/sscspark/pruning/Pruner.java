package org.sscspark.pruning;

import java.util.BitSet;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pattern.DensityAllocator;

/**
 * A pruning method: a score, a schedule and a layer budget.
 *
 * @param scorer what ranks the weights
 * @param schedule how density falls
 * @param budget whether layers compete
 */
public record Pruner(Scorer scorer, Schedule schedule, LayerBudget budget) {

  /**
   * Chooses which weights to keep.
   *
   * @see #prune(NetworkSpec, float[], double, ScoreListener)
   */
  public WeightMask prune(NetworkSpec network, float[] initial, double density) {
    return prune(network, initial, density, ScoreListener.NONE);
  }

  /**
   * Chooses which weights to keep.
   *
   * @param network the unpruned network
   * @param initial its flat vector as initialised, of which only the weights are used
   * @param density the share of weights to keep, in (0, 1]; floor(density x weights) are kept
   * @param listener sees the scores
   * @throws IllegalArgumentException if a score is not finite: the message names the method
   */
  public WeightMask prune(
      NetworkSpec network, float[] initial, double density, ScoreListener listener) {
    if (!(density > 0 && density <= 1)) {
      throw new IllegalArgumentException("Density " + density + " must be in (0, 1]");
    }
    WeightMask everything = WeightMask.all(network);
    if (initial.length < everything.size()) {
      throw new IllegalArgumentException(
          "Expected " + everything.size() + " weights, got " + initial.length + " parameters");
    }
    WeightMask kept = everything;
    for (int step = 0; step < schedule.steps(); step++) {
      double[] scores = scorer.score(initial, kept, step);
      listener.scored(step, scores);
      kept = select(scores, scorer.revives() ? everything : kept, step, density);
    }
    return kept;
  }

  private WeightMask select(double[] scores, WeightMask candidates, int step, double density) {
    BitSet from = candidates.bits();
    BitSet selected = new BitSet();
    try {
      if (budget instanceof LayerBudget.PerLayer perLayer) {
        int[] counts = counts(perLayer, candidates, step, density);
        for (int layer = 0; layer < counts.length; layer++) {
          HighestScores.keepHighest(
              scores,
              from,
              candidates.offset(layer),
              candidates.offset(layer + 1),
              counts[layer],
              selected);
        }
      } else {
        int count = DensityAllocator.keptOf(candidates.size(), schedule.density(step, density));
        HighestScores.keepHighest(scores, from, 0, candidates.size(), count, selected);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot prune by " + scorer.method() + " in step " + (step + 1) + ": " + e.getMessage(),
          e);
    }
    return candidates.with(selected);
  }

  /** Rounds the layers' shares up before the last step. */
  private int[] counts(LayerBudget.PerLayer perLayer, WeightMask layers, int step, double density) {
    if (step + 1 == schedule.steps()) {
      return perLayer.counts(layers, density);
    }
    int[] counts = new int[layers.layers()];
    for (int layer = 0; layer < counts.length; layer++) {
      double share = schedule.density(step, perLayer.densities().get(layer));
      counts[layer] = DensityAllocator.keptOf(layers.size(layer), share);
      if (layers.size(layer) * share > counts[layer]) {
        counts[layer]++;
      }
    }
    return counts;
  }
}
