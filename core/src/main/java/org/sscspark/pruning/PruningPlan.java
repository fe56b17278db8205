package org.sscspark.pruning;

import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.data.Augmentation;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.PruningSettings.ScheduleKind;
import org.sscspark.pruning.PruningSettings.Statistics;
import org.sscspark.pruning.PruningSettings.Transform;

/**
 * How a scoring method runs: the settings, and the method's own defaults where they say nothing.
 *
 * @param budget how layers share the density
 * @param schedule how density falls
 * @param data the examples that gradients see, for methods that need any
 * @param mode the statistics of batch norm while scoring
 * @param temperature what logits are divided by
 * @param transform a sanity check
 */
public record PruningPlan(
    Method method,
    Budget budget,
    Schedule schedule,
    ScoringData data,
    BatchNormMode mode,
    double temperature,
    Transform transform) {
  private static final int SYNFLOW_STEPS = 100;
  private static final int FORCE_STEPS = 10;
  private static final int GRASP_EXAMPLES_PER_CLASS = 10;
  private static final int GRASP_CHUNK = 50;
  private static final int CHUNK = 128;
  private static final double GRASP_TEMPERATURE = 200;

  /**
   * Resolves settings.
   *
   * @param augmentation of training images, used if the settings ask for it
   * @throws BadInputException if the settings and the method contradict each other
   */
  public static PruningPlan of(
      Method method, PruningSettings settings, long seed, Augmentation augmentation) {
    requireFit(method, settings);
    boolean grasp = method == Method.GRASP;
    return new PruningPlan(
        method,
        settings.budget().orElse(ownBudget(method)),
        schedule(method, settings),
        new ScoringData(
            seed,
            amount(method, settings),
            settings.chunk().orElse(grasp ? GRASP_CHUNK : CHUNK),
            settings.augmentation() ? augmentation : Augmentation.none(),
            settings.randomLabels()),
        mode(settings.batchNorm().orElse(ownStatistics(method))),
        settings.temperature().orElse(grasp ? GRASP_TEMPERATURE : 1),
        settings.transform());
  }

  /** FORCE and its sibling come from one paper and share its defaults. */
  private static boolean isForce(Method method) {
    return method == Method.FORCE || method == Method.ITERATIVE_SNIP;
  }

  private static void requireFit(Method method, PruningSettings settings) {
    String name = KebabCase.of(method);
    if (!method.scores() && settings.transform() != Transform.NONE) {
      throw new BadInputException(
          "pruning.transform = %s needs a method that scores weights, which %s does not; %s"
              .formatted(
                  KebabCase.of(settings.transform()),
                  name,
                  method == Method.SSC && settings.transform() == Transform.SHUFFLE
                      ? "take method = ssc-shuffled"
                      : "leave it out"));
    }
    if (!method.needsData() && settings.randomLabels()) {
      throw new BadInputException(
          "pruning.random-labels needs a method that scores images, which "
              + name
              + " does not; leave it out, or take snip, iterative-snip, grasp or force");
    }
    boolean ownBudgetOnly =
        method == Method.RANDOM_UNIFORM
            || method == Method.RANDOM_ERK
            || method == Method.SMART_RATIO;
    if (ownBudgetOnly
        && settings.budget().isPresent()
        && settings.budget().get() != ownBudget(method)) {
      throw new BadInputException(
          "pruning.budget = %s contradicts method = %s, whose budget is %s; leave one of them out"
              .formatted(
                  KebabCase.of(settings.budget().get()), name, KebabCase.of(ownBudget(method))));
    }
  }

  private static Budget ownBudget(Method method) {
    return switch (method) {
      case RANDOM_UNIFORM -> Budget.UNIFORM;
      case RANDOM_ERK -> Budget.ERK;
      case SMART_RATIO -> Budget.SMART_RATIO;
      default -> Budget.GLOBAL;
    };
  }

  /** With initial statistics GraSP's choice trains far worse; see docs/baselines.md for FORCE. */
  private static Statistics ownStatistics(Method method) {
    return method == Method.GRASP ? Statistics.CHUNK : Statistics.INITIAL;
  }

  private static BatchNormMode mode(Statistics statistics) {
    return switch (statistics) {
      case CHUNK -> BatchNormMode.BATCH;
      case INITIAL -> BatchNormMode.RUNNING;
    };
  }

  private static Schedule schedule(Method method, PruningSettings settings) {
    int ownSteps = method == Method.SYNFLOW ? SYNFLOW_STEPS : isForce(method) ? FORCE_STEPS : 1;
    int steps = settings.steps().orElse(ownSteps);
    ScheduleKind kind =
        settings.schedule().orElse(steps == 1 ? ScheduleKind.ONE_SHOT : ScheduleKind.EXPONENTIAL);
    return switch (kind) {
      case ONE_SHOT -> new Schedule.OneShot();
      case EXPONENTIAL -> new Schedule.Exponential(steps);
      case LINEAR -> new Schedule.Linear(steps);
    };
  }

  private static ScoringData.Amount amount(Method method, PruningSettings settings) {
    if (settings.examplesPerClass().isPresent()) {
      return new ScoringData.Amount.PerClass(settings.examplesPerClass().get());
    }
    if (settings.batches().isPresent()) {
      return new ScoringData.Amount.Batches(settings.batches().get());
    }
    return method == Method.GRASP
        ? new ScoringData.Amount.PerClass(GRASP_EXAMPLES_PER_CLASS)
        : new ScoringData.Amount.Batches(1);
  }
}
