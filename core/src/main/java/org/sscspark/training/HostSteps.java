package org.sscspark.training;

import java.util.Iterator;
import java.util.List;
import org.sscspark.data.Minibatch;
import org.sscspark.data.TrainingBatch;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Replica;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.GradientModifier;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.ParameterModifier;

/** The replica passes forward and backward; loss and update are the host's. */
final class HostSteps implements TrainingSteps {
  private static final double NANO = 1e-9;

  private final Replica replica;
  private final ParameterLayout layout;
  private final int classes;
  private final Optimizer optimizer;
  private final List<GradientModifier> modifiers;
  private final List<ParameterModifier> afterwards;
  private final LearningRate learningRate;
  private final double labelSmoothing;
  private final FrozenLayers frozen;
  private final float[] logits;
  private final float[] logitsGradient;

  /** The gradients that the optimizer's step may overwrite; empty if nobody reads them after it. */
  private final float[] gradientsBefore;

  HostSteps(Replica replica, Recipe recipe, LearningRate learningRate, FrozenLayers frozen) {
    this.replica = replica;
    this.layout = replica.layout();
    this.classes = replica.network().classes();
    this.optimizer = recipe.optimizer();
    this.modifiers = recipe.gradientModifiers();
    this.afterwards = recipe.parameterModifiers();
    this.learningRate = learningRate;
    this.labelSmoothing = recipe.labelSmoothing();
    this.frozen = frozen;
    this.logits = new float[replica.capacity() * classes];
    this.logitsGradient = new float[logits.length];
    this.gradientsBefore = new float[afterwards.isEmpty() ? 0 : layout.trainableCount()];
  }

  @Override
  public Work take(float[] state, Iterator<? extends TrainingBatch> batches, RoundSteps steps) {
    float[] live = replica.parameters();
    frozen.keep(live);
    Tally tally = Tally.NONE;
    PhaseSeconds phases = PhaseSeconds.NONE;
    for (int step = 0; step < steps.count(); step++) {
      double rate = learningRate.at(steps.iteration(step));
      long start = System.nanoTime();
      Minibatch batch = TrainingSteps.onHost(batches.next());
      long loaded = System.nanoTime();
      replica.forward(batch.input(), batch.count(), BatchNormMode.BATCH_AND_UPDATE, logits);
      int correct = SoftmaxCrossEntropy.correct(logits, batch.labels(), batch.count(), classes);
      double loss =
          SoftmaxCrossEntropy.lossAndGradient(
              logits, batch.targets(), batch.count(), classes, labelSmoothing, logitsGradient);
      if (!Double.isFinite(loss)) {
        throw DivergedException.loss(loss, steps.iteration(step), rate);
      }
      long forward = System.nanoTime();
      replica.backward(logitsGradient);
      long backward = System.nanoTime();
      frozen.clear(replica.gradients());
      for (GradientModifier modifier : modifiers) {
        modifier.modify(replica.gradients(), layout);
      }
      update(live, state, rate, steps.stepsBefore(step));
      frozen.restore(live);
      long updated = System.nanoTime();
      tally = tally.plus(new Tally(loss * batch.count(), correct, batch.count()));
      phases =
          phases.plus(
              new PhaseSeconds(
                  NANO * (loaded - start),
                  NANO * (forward - loaded),
                  NANO * (backward - forward),
                  NANO * (updated - backward)));
    }
    return new Work(tally, phases);
  }

  private void update(float[] live, float[] state, double rate, long stepsBefore) {
    float[] gradients = replica.gradients();
    System.arraycopy(gradients, 0, gradientsBefore, 0, gradientsBefore.length);
    optimizer.step(live, gradients, state, layout, rate, stepsBefore);
    for (ParameterModifier modifier : afterwards) {
      modifier.modify(live, gradientsBefore, layout, rate);
    }
  }
}
