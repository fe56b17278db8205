package org.sscspark.pruning;

import java.nio.DoubleBuffer;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Gives each prunable weight a score; the highest are kept. Scores are in double precision, since
 * SynFlow's overflow and GraSP's cancel in single.
 */
public sealed interface Scorer {
  /** The score's name. */
  String method();

  /**
   * Returns the scores.
   *
   * @param initial the initial weights, as in the flat vector
   * @param kept which weights the step before kept
   * @param step the schedule's step, from 0
   */
  double[] score(double[] initial, Kept kept, int step);

  /** Whether a weight that a step pruned may come back in a later one. */
  default boolean revives() {
    return false;
  }

  /** What the score saw and how, for the record of a run. */
  default String description() {
    return "no data";
  }

  /** Uniform random scores: random pruning within each layer's budget. */
  record Random(long seed) implements Scorer {
    @Override
    public String method() {
      return "random";
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      RandomStream random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
      double[] score = new double[initial.length];
      for (int i = 0; i < score.length; i++) {
        score[i] = random.nextDouble();
      }
      return score;
    }
  }

  /** The weight's size at initialisation. */
  record Magnitude() implements Scorer {
    @Override
    public String method() {
      return "magnitude";
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      double[] score = new double[initial.length];
      for (int i = 0; i < score.length; i++) {
        score[i] = Math.abs(initial[i]);
      }
      return score;
    }
  }

  /**
   * SNIP (Lee, Ajanthan and Torr, ICLR 2019): |weight x gradient|, the sensitivity of the loss to a
   * multiplicative mask. Under a schedule of several steps it is iterative SNIP (de Jorge et al.,
   * ICLR 2021): pruned weights are zero, so they score zero and stay pruned.
   */
  record Snip(GradientSource gradients) implements Scorer {
    @Override
    public String method() {
      return "snip";
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      double[] weights = kept.masked(initial);
      return absoluteProduct(weights, gradients.gradient(weights, step));
    }

    @Override
    public String description() {
      return gradients.description();
    }
  }

  /**
   * FORCE (de Jorge et al., ICLR 2021): |initial weight x gradient at the pruned network|. The
   * gradient is dense, so pruned weights can come back.
   */
  record Force(GradientSource gradients) implements Scorer {
    @Override
    public String method() {
      return "force";
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      return absoluteProduct(initial, gradients.gradient(kept.masked(initial), step));
    }

    @Override
    public boolean revives() {
      return true;
    }

    @Override
    public String description() {
      return gradients.description();
    }
  }

  /**
   * GraSP (Wang, Zhang and Grosse, ICLR 2020): keeps the largest weight x (Hessian gradient), that
   * is, removes what raises the gradient's norm. The sign is part of the method. The Hessian-vector
   * product is a central difference of gradients along the gradient's direction, on the same
   * examples; the positive factor of its length does not change the ranking.
   *
   * @param relativeStep the difference's half width, relative to the weights' length
   */
  record Grasp(GradientSource gradients, double relativeStep) implements Scorer {
    /**
     * Half width of the difference. A wide one steps over kinks of ReLU, of which there are as many
     * as activations; a very narrow one drowns in rounding. On ResNet-20 the rank correlation with
     * the exact product is 0.12 at 1e-8 and above 0.9999999 at 1e-10 and 1e-12, on either side of
     * this.
     */
    public static final double DEFAULT_RELATIVE_STEP = 1e-11;

    public Grasp(GradientSource gradients) {
      this(gradients, DEFAULT_RELATIVE_STEP);
    }

    @Override
    public String method() {
      return "grasp";
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      double[] weights = kept.count() == initial.length ? initial : kept.masked(initial);
      double[] product = hessianGradient(weights, kept, step);
      for (int i = 0; i < product.length; i++) {
        product[i] *= weights[i];
      }
      return product;
    }

    /** The Hessian's product with the gradient, divided by the gradient's length. */
    double[] hessianGradient(double[] weights, Kept kept, int draw) {
      DoubleBuffer direction = Parked.of(kept.masked(gradients.gradient(weights, draw)));
      double length = length(direction);
      if (length == 0) {
        return new double[weights.length];
      }
      double halfWidth = relativeStep * length(DoubleBuffer.wrap(weights));
      DoubleBuffer ahead =
          Parked.of(gradients.gradient(along(weights, direction, halfWidth / length), draw));
      double[] product = gradients.gradient(along(weights, direction, -halfWidth / length), draw);
      for (int i = 0; i < product.length; i++) {
        product[i] = (ahead.get(i) - product[i]) / (2 * halfWidth);
      }
      return product;
    }

    @Override
    public String description() {
      return gradients.description();
    }
  }

  /**
   * SynFlow (Tanaka et al., NeurIPS 2020): |weight| x the slope of the sum of logits, in the
   * network of absolute parameters on an all-ones image, without data.
   */
  record SynFlow(SynapticFlow flow) implements Scorer {
    @Override
    public String method() {
      return "synflow";
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      return flow.saliency(kept.masked(initial));
    }
  }

  /**
   * The score turned upside down: a sanity check, which should ruin a method that means something.
   */
  record Inverted(Scorer scorer) implements Scorer {
    @Override
    public String method() {
      return "inverted-" + scorer.method();
    }

    @Override
    public double[] score(double[] initial, Kept kept, int step) {
      double[] score = scorer.score(initial, kept, step);
      for (int i = 0; i < score.length; i++) {
        score[i] = -score[i];
      }
      return score;
    }

    @Override
    public boolean revives() {
      return scorer.revives();
    }

    @Override
    public String description() {
      return scorer.description();
    }
  }

  private static double[] absoluteProduct(double[] weights, double[] gradient) {
    double[] product = new double[weights.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = Math.abs(weights[i] * gradient[i]);
    }
    return product;
  }

  private static double[] along(double[] weights, DoubleBuffer direction, double distance) {
    double[] moved = weights.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += distance * direction.get(i);
    }
    return moved;
  }

  private static double length(DoubleBuffer vector) {
    double squares = 0;
    for (int i = 0; i < vector.limit(); i++) {
      squares += vector.get(i) * vector.get(i);
    }
    return Math.sqrt(squares);
  }
}
