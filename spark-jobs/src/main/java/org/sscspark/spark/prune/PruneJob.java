package org.sscspark.spark.prune;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.spark.dataset.DatasetReference;

/** Chooses a network's weights and trains nothing. */
public final class PruneJob {
  private static final int CIFAR_CLASSES = 10;
  private static final FeatureShape CIFAR_IMAGE = new FeatureShape(3, 32, 32);

  private final NetworkDesign design;
  private final Optional<DatasetReference> set;
  private final boolean keepsScores;
  private final FeatureShape input;
  private final int classes;

  /**
   * A network for the images of a training set, or for CIFAR-10's.
   *
   * @param keepsScores whether to keep what it takes to score again
   * @throws BadInputException if the method scores images and there are none, or trained weights,
   *     or nothing that could be kept; or if there is no such engine
   */
  public PruneJob(NetworkDesign design, Optional<DatasetReference> set, boolean keepsScores) {
    String method = design.method().name();
    if (design.method().denseShare() > 0) {
      throw new BadInputException(
          "Method %s scores trained weights, and prune has none; take train or compare, or another"
                  .formatted(method)
              + " method");
    }
    if (keepsScores && !design.method().scores()) {
      throw new BadInputException(
          "--npz writes scores, but method %s has none; leave it out, or choose a method that"
                  .formatted(method)
              + " scores weights");
    }
    if (set.isEmpty() && design.method().needsData()) {
      throw new BadInputException("Method " + method + " scores training images: give --data");
    }
    Engines.requireKnown(design.engine().name());
    this.design = design;
    this.set = set;
    this.keepsScores = keepsScores;
    this.input = set.map(one -> one.manifest().shape()).orElse(CIFAR_IMAGE);
    this.classes = set.map(one -> one.manifest().classes().size()).orElse(CIFAR_CLASSES);
  }

  /**
   * What came of it.
   *
   * @param scoring all that it takes to score again; empty unless it was asked for
   * @param time that the choice took
   */
  public record Pruned(
      DesignedNetwork designed,
      PruneOutcome outcome,
      Optional<ScoringArchive> scoring,
      Duration time) {}

  /** Whether weights are chosen by images, which takes Spark. */
  public boolean needsSpark() {
    return design.method().needsData();
  }

  /**
   * Looks ahead as far as no score is needed.
   *
   * @throws BadInputException if a structure cannot meet the density, or there are too few images
   *     to score
   */
  public PrunePreview preview() {
    if (design.method().needsData()) {
      set.ifPresent(one -> design.plan().data().requireEnough(one.manifest()));
    }
    return new PrunePreview(design, input, classes);
  }

  /** Chooses weights by scores that a cluster computes. */
  public Pruned run(JavaSparkContext spark) {
    return run(ClusterGradients.of(spark, set.orElseThrow()));
  }

  /** Chooses weights where no images are needed. */
  public Pruned run() {
    return run(GradientSources.NONE);
  }

  private Pruned run(GradientSources gradients) {
    AtomicReference<double[]> scores = new AtomicReference<>();
    long start = System.nanoTime();
    DesignedNetwork designed =
        design.design(
            input,
            classes,
            gradients,
            (step, values) -> {
              if (step == 0 && keepsScores) {
                scores.set(values.clone());
              }
            });
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    return new Pruned(
        designed,
        PruneOutcome.of(design, designed, set.map(DatasetReference::manifest)),
        Optional.ofNullable(scores.get())
            .map(first -> new ScoringArchive(design, designed, first, set)),
        time);
  }
}
