package org.sscspark.training;

import java.io.Serializable;
import java.util.List;
import org.sscspark.config.Range;
import org.sscspark.data.Augmentation;
import org.sscspark.optimizer.GradientModifier;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.ParameterModifier;

/**
 * How a network is trained, apart from how the work is spread; bound from {@code train}.
 *
 * @param epochs passes over the data set
 * @param batch examples of one worker's minibatch
 * @param optimizer the rule that changes parameters
 * @param gradientModifiers what is done to gradients before, in this order
 * @param parameterModifiers what is done to parameters after, in this order
 * @param learningRate the base rate
 * @param schedule how the rate moves
 * @param labelSmoothing how much of each target is spread over all classes, in [0, 1)
 * @param augmentation random changes of training images
 * @param freeze layers that do not change, as {@link FrozenLayers} finds them
 * @param ema the moving average of parameters that is kept beside them
 * @param patience epochs without a better evaluation after which the run is complete, if it is
 *     before its end; 0 waits for ever
 * @param stopAfter epochs after which the run pauses, if it does before its end; 0 does not
 */
public record Recipe(
    int epochs,
    int batch,
    Optimizer optimizer,
    List<GradientModifier> gradientModifiers,
    List<ParameterModifier> parameterModifiers,
    double learningRate,
    ScheduleSettings schedule,
    double labelSmoothing,
    Augmentation augmentation,
    List<String> freeze,
    Ema ema,
    int patience,
    int stopAfter)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Checks ranges.
   *
   * @throws IllegalArgumentException naming the key that is out of range
   */
  public Recipe {
    gradientModifiers = List.copyOf(gradientModifiers);
    parameterModifiers = List.copyOf(parameterModifiers);
    freeze = List.copyOf(freeze);
    Range.checkCount("epochs", epochs);
    Range.checkCount("batch", batch);
    Range.NON_NEGATIVE.check("patience", patience);
    Range.NON_NEGATIVE.check("stop-after", stopAfter);
    Range.POSITIVE.checkSingle("learning-rate", learningRate);
    Range.HALF_OPEN_UNIT.check("label-smoothing", labelSmoothing);
    if (schedule.kind() == ScheduleSettings.Kind.COSINE && schedule.warmupEpochs() >= epochs) {
      throw new IllegalArgumentException(
          "warmup-epochs is "
              + schedule.warmupEpochs()
              + ": it must be below epochs, which is "
              + epochs);
    }
  }

  /**
   * The same over another number of epochs: the schedule of the learning rate takes as large a
   * share of the run as it did.
   */
  public Recipe stretched(int others) {
    return new Recipe(
        others,
        batch,
        optimizer,
        gradientModifiers,
        parameterModifiers,
        learningRate,
        schedule.stretched((double) others / epochs),
        labelSmoothing,
        augmentation,
        freeze,
        ema,
        patience,
        stopAfter);
  }

  /** The epochs after which the run stops, for now or for good. */
  public int lastEpoch() {
    return stopAfter == 0 ? epochs : Math.min(epochs, stopAfter);
  }

  /** Whether a run has come to its end: all its epochs, or no better evaluation for long enough. */
  public boolean complete(TrainingState state, RoundPlan plan) {
    int done = state.progress().epoch();
    return done >= epochs
        || (patience > 0
            && state.best().isPresent()
            && done - plan.epochsAt(state.best().get().globalRound()) >= patience);
  }

  /** The learning rate of a run with this many steps an epoch. */
  public LearningRate learningRate(RoundPlan plan) {
    return new LearningRate(learningRate, schedule, epochs, plan.stepsPerEpoch());
  }
}
