package org.sscspark.training;

import java.io.Serializable;
import java.util.List;
import org.sscspark.data.Augmentation;

/**
 * How a network is trained, apart from how the work is spread; bound from {@code train}.
 *
 * @param epochs passes over the data set
 * @param batch examples of one worker's minibatch
 * @param updater the rule that changes parameters
 * @param learningRate the base rate
 * @param schedule how the rate moves
 * @param l2 the L2 coefficient of weights
 * @param l2Affine the L2 coefficient of biases and batch-norm scales and shifts
 * @param labelSmoothing how much of each target is spread over all classes, in [0, 1)
 * @param augmentation random changes of training images
 * @param freeze layers that do not change, as {@link FrozenLayers} finds them
 */
public record Recipe(
    int epochs,
    int batch,
    UpdaterSettings updater,
    double learningRate,
    ScheduleSettings schedule,
    double l2,
    double l2Affine,
    double labelSmoothing,
    Augmentation augmentation,
    List<String> freeze)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Checks ranges.
   *
   * @throws IllegalArgumentException naming the key that is out of range
   */
  public Recipe {
    freeze = List.copyOf(freeze);
    Range.checkCount("epochs", epochs);
    Range.checkCount("batch", batch);
    Range.POSITIVE.check("learning-rate", learningRate);
    Range.NON_NEGATIVE.check("l2", l2);
    Range.NON_NEGATIVE.check("l2-affine", l2Affine);
    Range.HALF_OPEN_UNIT.check("label-smoothing", labelSmoothing);
    if (schedule.kind() == ScheduleSettings.Kind.COSINE && schedule.warmupEpochs() >= epochs) {
      throw new IllegalArgumentException(
          "warmup-epochs is "
              + schedule.warmupEpochs()
              + ": it must be below epochs, which is "
              + epochs);
    }
  }

  /** The learning rate of a run with this many steps an epoch. */
  public LearningRate learningRate(RoundPlan plan) {
    return new LearningRate(learningRate, schedule, epochs, plan.stepsPerEpoch());
  }

  /** The penalty on large parameters. */
  public L2 penalty() {
    return new L2(l2, l2Affine);
  }
}
