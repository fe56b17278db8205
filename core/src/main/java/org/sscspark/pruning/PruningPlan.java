package org.sscspark.pruning;

import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.config.UnmetSettingsException;
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
 * @param regrowth how the support moves while it is trained, if it does
 */
public record PruningPlan(
    Method method,
    Budget budget,
    Schedule schedule,
    ScoringData data,
    BatchNormMode mode,
    double temperature,
    Transform transform,
    Optional<Regrowth> regrowth) {
  /**
   * Resolves settings.
   *
   * @param augmentation of training images, used if the settings ask for it
   * @throws BadInputException if the settings and the method contradict each other
   */
  public static PruningPlan of(
      Method method, PruningSettings settings, long seed, Augmentation augmentation) {
    requireFit(method, settings);
    ScoringDefaults own = method.defaults();
    return new PruningPlan(
        method,
        settings.budget().orElse(own.budget()),
        schedule(own, settings),
        new ScoringData(
            seed,
            amount(own, settings),
            settings.chunk().orElse(own.chunk()),
            settings.augmentation() ? augmentation : Augmentation.none(),
            settings.randomLabels()),
        mode(settings.batchNorm().orElse(own.batchNorm())),
        settings.temperature().orElse(own.temperature()),
        settings.transform(),
        method.regrowth().map(usual -> regrowth(usual, settings)));
  }

  private static void requireFit(Method method, PruningSettings settings) {
    String name = method.name();
    if (!method.scores() && settings.transform() != Transform.NONE) {
      throw new UnmetSettingsException(
          "pruning.transform = %s needs a method that scores weights, which %s does not; %s"
              .formatted(
                  KebabCase.of(settings.transform()),
                  name,
                  method.equals(Method.SSC) && settings.transform() == Transform.SHUFFLE
                      ? "take method = ssc-shuffled"
                      : "leave it out"));
    }
    if (!method.needsLabels() && settings.randomLabels()) {
      throw new UnmetSettingsException(
          "pruning.random-labels needs a method that scores images by their class, which "
              + name
              + " does not; leave it out, or take one of "
              + Method.all().stream()
                  .filter(Method::needsLabels)
                  .map(Method::name)
                  .collect(Collectors.joining(", ")));
    }
    if (settings.transform() == Transform.INVERT && !method.ranksAll()) {
      throw new UnmetSettingsException(
          "pruning.transform = invert needs a method that ranks all weights, and %s scores those that it keeps and no others; leave it out, or take pruning.transform = shuffle"
              .formatted(name));
    }
    ScoringDefaults own = method.defaults();
    if (own.fixedBudget()
        && settings.budget().isPresent()
        && settings.budget().get() != own.budget()) {
      throw new UnmetSettingsException(
          "pruning.budget = %s contradicts method = %s, whose budget is %s; leave one of them out"
              .formatted(KebabCase.of(settings.budget().get()), name, KebabCase.of(own.budget())));
    }
  }

  private static Regrowth regrowth(Regrowth own, PruningSettings settings) {
    return new Regrowth(
        own.growth(),
        settings.regrowRounds().orElse(own.rounds()),
        settings.regrowShare().orElse(own.share()),
        settings.regrowUntil().orElse(own.until()));
  }

  private static BatchNormMode mode(Statistics statistics) {
    return switch (statistics) {
      case CHUNK -> BatchNormMode.BATCH;
      case INITIAL -> BatchNormMode.RUNNING;
    };
  }

  private static int steps(ScoringDefaults own, PruningSettings settings) {
    return settings.steps().orElse(own.steps());
  }

  /** The steps of a method's schedule, unless settings ask for one shot. */
  public static int steps(Method method, PruningSettings settings) {
    return steps(method.defaults(), settings);
  }

  private static Schedule schedule(ScoringDefaults own, PruningSettings settings) {
    int steps = steps(own, settings);
    ScheduleKind kind =
        settings.schedule().orElse(steps == 1 ? ScheduleKind.ONE_SHOT : ScheduleKind.EXPONENTIAL);
    return switch (kind) {
      case ONE_SHOT -> new Schedule.OneShot();
      case EXPONENTIAL -> new Schedule.Exponential(steps);
      case LINEAR -> new Schedule.Linear(steps);
    };
  }

  private static ScoringData.Amount amount(ScoringDefaults own, PruningSettings settings) {
    if (settings.examplesPerClass().isPresent()) {
      return new ScoringData.Amount.PerClass(settings.examplesPerClass().get());
    }
    if (settings.batches().isPresent()) {
      return new ScoringData.Amount.Batches(settings.batches().get());
    }
    return own.amount();
  }
}
