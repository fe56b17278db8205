package org.sscspark.pruning;

import java.util.Optional;
import java.util.function.Function;

/**
 * A method that gives each weight of the dense network a score, however random, and keeps the
 * highest.
 */
public non-sealed interface ScoringMethod extends PruningMethod {
  /** Whether the score needs training images; a method that says nothing gets none. */
  default boolean needsData() {
    return false;
  }

  /** Whether the score follows from the classes of images too, that is, from a loss. */
  default boolean needsLabels() {
    return needsData();
  }

  /**
   * The share of a run's epochs that train the dense network before the method scores its weights,
   * where {@code pruning.dense-share} says nothing; 0 of methods that score initial weights.
   */
  default double denseShare() {
    return 0;
  }

  /**
   * Whether the score depends on which weights are left. If not, the same weights are the highest
   * in as many steps as there are.
   */
  default boolean isIterative() {
    return true;
  }

  /**
   * Whether weights that are not kept differ in their scores too. If not, turning scores upside
   * down asks for the lowest of equals.
   */
  default boolean ranksAll() {
    return true;
  }

  /**
   * How the support moves while it is trained, where the section {@code pruning} says nothing;
   * empty of methods whose choice stays.
   */
  default Optional<Regrowth> regrowth() {
    return Optional.empty();
  }

  /** What holds where the section {@code pruning} says nothing. */
  default ScoringDefaults defaults() {
    return ScoringDefaults.COMMON;
  }

  /**
   * Whether what is kept follows from a setting of the section {@code pruning}.
   *
   * @param key without the section's name, as in {@code steps}
   */
  default boolean reads(String key) {
    return switch (key) {
      case "schedule", "steps" -> isIterative();
      case "dense-share" -> denseShare() > 0;
      case "regrow-rounds", "regrow-share", "regrow-until" -> regrowth().isPresent();
      case "examples-per-class", "batches", "chunk", "batch-norm", "augmentation" ->
          needsData() || growsByLoss();
      case "temperature" -> needsLabels() || growsByLoss();
      default -> true;
    };
  }

  private boolean growsByLoss() {
    return regrowth().filter(one -> one.growth() == Regrowth.Growth.GRADIENT).isPresent();
  }

  @Override
  default <R> R accept(Function<ScoringMethod, R> scoring, Function<StructureMethod, R> structure) {
    return scoring.apply(this);
  }

  /** Returns what gives the scores. */
  Scorer scorer(ScoringContext context);
}
