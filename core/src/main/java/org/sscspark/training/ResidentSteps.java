package org.sscspark.training;

import java.util.Iterator;
import org.sscspark.data.CropBatch;
import org.sscspark.data.Minibatch;
import org.sscspark.data.TrainingBatch;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.optimizer.Optimizer;

/** The replica takes the steps; a loss that is not finite shows at the round's end. */
final class ResidentSteps implements TrainingSteps {
  private static final double NANO = 1e-9;

  private final ResidentTraining training;
  private final Optimizer optimizer;
  private final LearningRate learningRate;

  ResidentSteps(ResidentTraining training, Optimizer optimizer, LearningRate learningRate) {
    this.training = training;
    this.optimizer = optimizer;
    this.learningRate = learningRate;
  }

  @Override
  public Work take(float[] state, Iterator<? extends TrainingBatch> batches, RoundSteps steps) {
    int[] counts = new int[steps.count()];
    double data = 0;
    training.start(state, steps.count());
    for (int step = 0; step < steps.count(); step++) {
      long start = System.nanoTime();
      TrainingBatch batch = batches.next();
      data += NANO * (System.nanoTime() - start);
      counts[step] = batch.count();
      double rate = learningRate.at(steps.iteration(step));
      ParameterUpdate update = optimizer.residentStep(rate, steps.stepsBefore(step)).orElseThrow();
      if (batch instanceof CropBatch kept) {
        kept.images().step(kept.crops(), update);
      } else {
        Minibatch given = TrainingSteps.onHost(batch);
        training.step(given.input(), given.targets(), given.count(), update);
      }
    }
    ResidentTraining.Outcome outcome = training.finish(state);
    return new Work(
        tally(outcome, counts, steps),
        new PhaseSeconds(
            data, outcome.forwardSeconds(), outcome.backwardSeconds(), outcome.updateSeconds()));
  }

  private Tally tally(ResidentTraining.Outcome outcome, int[] counts, RoundSteps steps) {
    Tally tally = Tally.NONE;
    for (int step = 0; step < counts.length; step++) {
      double loss = outcome.losses()[step];
      if (!Double.isFinite(loss)) {
        long iteration = steps.iteration(step);
        throw DivergedException.loss(loss, iteration, learningRate.at(iteration));
      }
      tally = tally.plus(new Tally(loss * counts[step], outcome.correct()[step], counts[step]));
    }
    return tally;
  }
}
