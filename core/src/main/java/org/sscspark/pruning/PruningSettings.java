package org.sscspark.pruning;

import java.util.List;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.network.LayerDensity;

/**
 * The section {@code pruning} of a configuration. What is empty is the method's own default; see
 * {@link PruningPlan}.
 *
 * @param budget how layers share the density
 * @param layers densities of single layers, for the budget {@code given}
 * @param schedule how density falls
 * @param steps of the schedule
 * @param examplesPerClass scoring examples of each class in a draw
 * @param batches scoring examples of a draw in chunks, whatever their class
 * @param chunk examples of one forward pass
 * @param batchNorm the statistics of batch norm while scoring
 * @param augmentation whether scoring images are augmented as training images are
 * @param randomLabels whether scoring labels are drawn at random
 * @param temperature what logits are divided by
 * @param transform a sanity check
 * @param denseShare of a run's epochs that train the dense network first, for methods that score
 *     trained weights
 * @param regrowRounds between two moves, for methods whose support moves while it is trained
 * @param regrowShare of a layer's weights that a move takes, for the same methods
 * @param regrowUntil the share of training after which nothing moves, for the same methods
 */
public record PruningSettings(
    Optional<Budget> budget,
    List<LayerDensity> layers,
    Optional<ScheduleKind> schedule,
    Optional<Integer> steps,
    Optional<Integer> examplesPerClass,
    Optional<Integer> batches,
    Optional<Integer> chunk,
    Optional<Statistics> batchNorm,
    boolean augmentation,
    boolean randomLabels,
    Optional<Double> temperature,
    Transform transform,
    Optional<Double> denseShare,
    Optional<Integer> regrowRounds,
    Optional<Double> regrowShare,
    Optional<Double> regrowUntil) {

  /** How layers share the density. */
  public enum Budget {
    GLOBAL,
    UNIFORM,
    ERK,
    /** ERK with a dense last layer. */
    ERK_PLUS,
    SMART_RATIO,
    /** Layer by layer; layers not given share the rest evenly. */
    GIVEN
  }

  /** How density falls. */
  public enum ScheduleKind {
    ONE_SHOT,
    EXPONENTIAL,
    LINEAR
  }

  /** Batch norm's statistics while scoring. */
  public enum Statistics {
    /** Those of the chunk, as in training. */
    CHUNK,
    /** The running ones: mean 0 and variance 1, as if there was no batch norm, before training. */
    INITIAL
  }

  /** What is done to a method's choice, to see what it is worth. */
  public enum Transform {
    NONE,
    /** Kept weights move to random places of their layer. */
    SHUFFLE,
    /** The lowest scores are kept. */
    INVERT,
    /** Kept weights are drawn anew; biases and batch norm stay as they are. */
    REINITIALIZE
  }

  public PruningSettings {
    layers = List.copyOf(layers);
    if (layers.isEmpty() == budget.equals(Optional.of(Budget.GIVEN))) {
      throw new BadInputException(
          layers.isEmpty()
              ? "pruning.budget = given needs pruning.layers, as in"
                  + " [{ layer = first, density = 0.5 }]"
              : "pruning.layers needs pruning.budget = given");
    }
    requirePositive("steps", steps);
    requirePositive("examples-per-class", examplesPerClass);
    requirePositive("batches", batches);
    requirePositive("chunk", chunk);
    requirePositive("regrow-rounds", regrowRounds);
    requireShare("regrow-share", regrowShare);
    requireShare("regrow-until", regrowUntil);
    if (examplesPerClass.isPresent() && batches.isPresent()) {
      throw new BadInputException(
          "pruning.examples-per-class and pruning.batches are both given; give one of them");
    }
    if (temperature.isPresent() && !(temperature.get() > 0)) {
      throw new BadInputException(
          "pruning.temperature is " + temperature.get() + "; it must be positive, or left out");
    }
    if (denseShare.isPresent() && !(denseShare.get() > 0 && denseShare.get() < 1)) {
      throw new BadInputException(
          "pruning.dense-share is "
              + denseShare.get()
              + "; it must be above 0 and below 1, or left out");
    }
    if (schedule.isPresent()
        && schedule.get() == ScheduleKind.ONE_SHOT
        && steps.isPresent()
        && steps.get() > 1) {
      throw new BadInputException(
          "pruning.steps is "
              + steps.get()
              + ", but pruning.schedule = one-shot has one; take exponential or linear");
    }
  }

  private static void requireShare(String key, Optional<Double> value) {
    if (value.isPresent() && !(value.get() > 0 && value.get() <= 1)) {
      throw new BadInputException(
          "pruning.%s is %s; it must be above 0 and at most 1, or left out"
              .formatted(key, value.get()));
    }
  }

  private static void requirePositive(String key, Optional<Integer> value) {
    if (value.isPresent() && value.get() < 1) {
      throw new BadInputException(
          "pruning." + key + " is " + value.get() + "; it must be positive, or left out");
    }
  }

  /** A setting of supports that move, as it is given; empty if there is none. */
  public Optional<String> regrowing() {
    return regrowRounds
        .map(value -> "pruning.regrow-rounds = " + value)
        .or(() -> regrowShare.map(value -> "pruning.regrow-share = " + value))
        .or(() -> regrowUntil.map(value -> "pruning.regrow-until = " + value));
  }

  /**
   * Whether a method is by these settings what its name says: no sanity check, and layers share the
   * density as it would have them. On how many images and in how many steps it scores is left open.
   */
  public boolean leaves(Method method) {
    return !method.scores()
        || (transform == Transform.NONE
            && !(randomLabels && method.needsLabels())
            && budget.filter(one -> one != method.defaults().budget()).isEmpty());
  }

  /** The same without what is for methods that choose weights at another time. */
  public PruningSettings of(Method.Time time) {
    boolean moves = time == Method.Time.THROUGHOUT;
    return new PruningSettings(
        budget,
        layers,
        schedule,
        steps,
        examplesPerClass,
        batches,
        chunk,
        batchNorm,
        augmentation,
        randomLabels,
        temperature,
        transform,
        denseShare.filter(unused -> time == Method.Time.ONCE_WITHIN),
        regrowRounds.filter(unused -> moves),
        regrowShare.filter(unused -> moves),
        regrowUntil.filter(unused -> moves));
  }

  /** Every method's own defaults. */
  public static PruningSettings defaults() {
    return new PruningSettings(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        /* augmentation= */ false,
        /* randomLabels= */ false,
        Optional.empty(),
        Transform.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
