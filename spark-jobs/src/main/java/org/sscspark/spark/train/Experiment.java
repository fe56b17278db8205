package org.sscspark.spark.train;

import java.util.Optional;
import org.sscspark.checkpoint.CheckpointSettings;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscSettings;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.MacsBudget;
import org.sscspark.pruning.Method;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.PruningPlan;
import org.sscspark.pruning.PruningSettings;
import org.sscspark.pruning.Regrowth;
import org.sscspark.spark.averaging.AveragingSettings;
import org.sscspark.spark.evaluate.Dl4jModel;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.TrainingProgress;

/**
 * All settings of a training run; with the data set it decides every bit of the result.
 *
 * @param seed from which every random draw follows
 * @param engine what computes
 * @param method how the network's weights are chosen
 * @param density kept over prunable weights of the dense network, of methods that drop some
 * @param macs multiply-adds an image that the network is to cost; its density is searched for,
 *     beginning with {@code density}
 * @param from what the run starts from: a run, a checkpoint, an ONNX or NumPy file; else initial
 *     weights
 * @param model the network before weights are dropped
 * @param ssc how SSC divides the density and places kernels
 * @param pruning how weights are scored, by methods that do
 * @param train the recipe
 * @param averaging how workers are averaged
 * @param checkpoint when the state is saved
 */
public record Experiment(
    long seed,
    EngineSettings engine,
    Method method,
    double density,
    Optional<Long> macs,
    Optional<String> from,
    ModelSettings model,
    SscSettings ssc,
    PruningSettings pruning,
    Recipe train,
    AveragingSettings averaging,
    CheckpointSettings checkpoint) {

  public Experiment {
    if (!(density > 0 && density <= 1)) {
      throw new BadInputException(
          "density = " + density + " must be above 0 and at most 1 (1 keeps every weight)");
    }
    macs.ifPresent(MacsBudget::new);
    if (macs.isPresent() && method.equals(Method.DENSE)) {
      throw new BadInputException(
          "macs = "
              + macs.get()
              + " does not go with method = dense, which keeps every weight; leave macs out, or"
              + " take another method");
    }
    if (macs.isPresent() && ssc.g().isPresent() && method.readsSsc("g")) {
      throw new BadInputException(
          "macs = %s does not go with ssc.g = %s, which gives every density the same network; leave one out"
              .formatted(macs.get(), ssc.g().get()));
    }
    PruningPlan.of(method, pruning, seed, train.augmentation());
    requireBothPhases(method, from, pruning, train.epochs());
    if (method.time() == Method.Time.THROUGHOUT) {
      requireMovable(method, from, train);
    }
    if (checkpoint.modelZip()) {
      Dl4jModel.requireCounterpart(train.optimizer());
    }
  }

  private static void requireBothPhases(
      Method method, Optional<String> from, PruningSettings pruning, int epochs) {
    int dense = method.denseEpochs(pruning.denseShare(), epochs);
    if (method.denseShare() > 0 && (dense < 1 || dense >= epochs)) {
      throw new BadInputException(
          "method = %s would train all weights for %s of %s epochs, and needs at least one epoch with"
                  .formatted(method, dense, epochs)
              + " them and one without; set train.epochs or pruning.dense-share");
    }
    if (method.denseShare() > 0 && from.isPresent()) {
      throw new BadInputException(
          "from = %s does not go with method = %s, which trains all weights itself before it prunes"
                  .formatted(from.get(), method)
              + " them; leave out from, or take method = magnitude");
    }
  }

  private static void requireMovable(Method method, Optional<String> from, Recipe train) {
    if (from.isPresent() || !train.freeze().isEmpty()) {
      throw new BadInputException(
          "%s does not go with method = %s, whose weights move while they are trained; leave it out"
              .formatted(
                  from.map(start -> "from = " + start)
                      .orElseGet(() -> "train.freeze = " + train.freeze()),
                  method));
    }
  }

  /**
   * The images for which a run whose number of workers is explicit computes gradients of all
   * weights, by which its support moves; each counts as often as it is seen.
   *
   * @param examples of the training set
   * @param classes of the training set
   * @param done complete epochs, whose gradients do not count
   */
  public long gradientExamples(long examples, int classes, int done) {
    PruningPlan plan = design().plan();
    Optional<Regrowth> regrowth =
        plan.regrowth().filter(one -> one.growth() == Regrowth.Growth.GRADIENT);
    if (regrowth.isEmpty()) {
      return 0;
    }
    RoundPlan rounds = rounds(examples);
    double iterations = (double) train.epochs() * rounds.stepsPerEpoch();
    long moves = 0;
    TrainingProgress progress = TrainingProgress.START;
    while (progress.epoch() < train.epochs()) {
      boolean due = regrowth.get().isDue(progress.globalRound(), progress.iteration() / iterations);
      if (due && progress.epoch() >= done) {
        moves++;
      }
      progress = progress.afterRound(rounds, 0);
    }
    return moves * plan.data().examples(classes);
  }

  /**
   * The first epochs of the run, which train the dense network; 0 where weights are chosen before
   * training.
   */
  public int denseEpochs() {
    return method.denseEpochs(pruning.denseShare(), train.epochs());
  }

  /** The same with the number of workers made explicit. */
  public Experiment withWorkers(int workers) {
    return with(engine, method, density, averaging.withWorkers(workers));
  }

  /** The same with what computes made explicit. */
  Experiment withEngine(EngineSettings explicit) {
    return with(explicit, method, density, averaging);
  }

  /** How a run whose number of workers is explicit cuts its epochs of so many examples. */
  public RoundPlan rounds(long examples) {
    RoundPlan constant =
        new RoundPlan(
            examples, averaging.workers().orElseThrow(), train.batch(), averaging.frequency());
    return constant.with(averaging.period(train.learningRate(constant)));
  }

  /** The same with another method. */
  public Experiment withMethod(Method other) {
    return with(engine, other, density, averaging);
  }

  /** The same with another density. */
  public Experiment withDensity(double other) {
    return with(engine, method, other, averaging);
  }

  private Experiment with(
      EngineSettings otherEngine,
      Method otherMethod,
      double otherDensity,
      AveragingSettings otherAveraging) {
    return new Experiment(
        seed,
        otherEngine,
        otherMethod,
        otherDensity,
        macs,
        from,
        model,
        ssc,
        pruning,
        train,
        otherAveraging,
        checkpoint);
  }

  /**
   * As {@link #design()}, for whoever chooses among initial weights at the density that is given.
   *
   * @throws BadInputException if settings ask for a search for the density, or other weights
   */
  public NetworkDesign initialDesign() {
    if (macs.isPresent()) {
      throw new BadInputException(
          "macs = %s is for train and compare, which search for the density; give a density"
              .formatted(macs.get()));
    }
    if (from.isPresent()) {
      throw new BadInputException(
          "from = %s is for train; weights are chosen among initial ones here, so leave it out"
              .formatted(from.get()));
    }
    return design();
  }

  /** What decides the network and its initial weights. */
  public NetworkDesign design() {
    return design(density);
  }

  /**
   * As {@link #designed(FeatureShape, int, GradientSources)}, of a network that is trained.
   *
   * @param dense the network with all its weights
   * @param trained its flat vector
   */
  DesignedNetwork designed(NetworkSpec dense, float[] trained, GradientSources gradients) {
    if (macs.isEmpty()) {
      return design().design(dense, trained, gradients);
    }
    return new MacsBudget(macs.get())
        .design(density, kept -> design(kept).design(dense, trained, gradients));
  }

  private NetworkDesign design(double kept) {
    return new NetworkDesign(seed, method, kept, model, ssc, pruning, engine, train.augmentation());
  }

  /**
   * Chooses the network's weights: as many as {@code density} says, or as {@code macs}
   * multiply-adds allow.
   *
   * @param gradients where scores that see data get their gradients; not asked otherwise
   * @throws BadInputException as {@link NetworkDesign#design(FeatureShape, int, GradientSources)}
   *     and {@link MacsBudget#design}
   */
  public DesignedNetwork designed(FeatureShape input, int classes, GradientSources gradients) {
    if (macs.isEmpty()) {
      return design().design(input, classes, gradients);
    }
    return new MacsBudget(macs.get())
        .design(density, kept -> design(kept).design(input, classes, gradients));
  }
}
