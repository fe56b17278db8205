package org.sscspark.pruning.method;

import java.util.Set;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringData;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * NTK-SAP (Wang, Li and Sun, ICLR 2023): how much the trace of the neural tangent kernel feels a
 * factor on the weight, averaged over initial weights and random images, so that it belongs to the
 * place of a weight and not to its value. See {@link KernelProbe}.
 */
public final class NtkSap implements ScoringMethod {
  private static final String NAME = "ntk-sap";
  private static final int STEPS = 20;
  private static final int EXAMPLES_PER_CLASS = 10;
  private static final int CHUNK = 256;
  private static final int REPETITIONS = 5;
  private static final double EPSILON = 1e-2;
  private static final Set<String> NOISE = Set.of("examples-per-class", "batches", "chunk");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "\\|dS/dm\\|, S estimates the NTK's trace";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON
        .withSteps(STEPS)
        .withAmount(new ScoringData.Amount.PerClass(EXAMPLES_PER_CLASS))
        .withChunk(CHUNK);
  }

  /** Noise stands for images, and there is as much of it. */
  @Override
  public boolean reads(String key) {
    return NOISE.contains(key) || ScoringMethod.super.reads(key);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    ScoringData data = context.plan().data();
    return new Score(
        context.dense(),
        context.engine(),
        context.seed(),
        data.examples(context.dense().classes()),
        data.chunk(),
        REPETITIONS,
        EPSILON);
  }

  /**
   * The score.
   *
   * @param network the unpruned network
   * @param engine what computes
   * @param seed of weights, images and directions
   * @param examples images of one repetition
   * @param chunk images of one draw: each has its own weights
   * @param repetitions over which slopes are summed before their absolute value is taken
   * @param epsilon how far weights move
   */
  public record Score(
      NetworkSpec network,
      EngineSettings engine,
      long seed,
      long examples,
      int chunk,
      int repetitions,
      double epsilon)
      implements Scorer {
    @Override
    public String method() {
      return NAME;
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      double[] slopes = new double[kept.size()];
      try (KernelProbe probe =
          new KernelProbe(network, engine, (int) Math.min(chunk, examples), epsilon)) {
        for (int repetition = 0; repetition < repetitions; repetition++) {
          for (long start = 0; start < examples; start += chunk) {
            long key = RandomStream.key(seed, Purpose.PRUNING_NOISE, step, repetition, start);
            probe.addSlopes(kept, key, (int) Math.min(chunk, examples - start), slopes);
          }
        }
      }
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = Math.abs(slopes[i]);
      }
      return slopes;
    }

    @Override
    public String description() {
      return "%s images of noise in chunks of %s, %s times, weights drawn anew and moved by %s"
          .formatted(examples, chunk, repetitions, epsilon);
    }
  }
}
