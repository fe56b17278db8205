package org.sscspark.pruning;

import java.io.Serializable;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * What a data-dependent score differentiates: the cross-entropy of an unpruned network as a
 * function of its weights. It travels to executors as it is.
 *
 * @param network the unpruned network
 * @param others its parameters that are no prunable weights: the end of its flat vector
 * @param mode batch-norm statistics: of the chunk, or the running ones
 * @param temperature what logits are divided by before the softmax; GraSP's is 200, else 1
 * @param precision what computes
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record LossGradient(
    NetworkSpec network,
    float[] others,
    BatchNormMode mode,
    double temperature,
    Precision precision)
    implements ScoredFunction {
  private static final long serialVersionUID = 1L;

  /** Threads of a chunk: other chunks have other task slots. */
  private static final int THREADS = 1;

  /** What computes gradients. */
  public sealed interface Precision extends Serializable {
    /** ND4J in double precision. */
    record Doubles() implements Precision {
      private static final long serialVersionUID = 1L;
    }

    /** An engine that trains, in single precision. */
    record Singles(EngineSettings engine) implements Precision {
      private static final long serialVersionUID = 1L;
    }
  }

  public LossGradient {
    if (mode == BatchNormMode.BATCH_AND_UPDATE) {
      throw new IllegalArgumentException("Scoring must not move running statistics");
    }
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("Temperature " + temperature + " must be positive");
    }
  }

  /**
   * The loss of a network.
   *
   * @param parameters its whole flat vector, of which only what is no prunable weight is used
   */
  public static LossGradient of(
      NetworkSpec network,
      float[] parameters,
      BatchNormMode mode,
      double temperature,
      Precision precision) {
    int weights = ParameterLayout.of(network).weightCount();
    return new LossGradient(
        network,
        Arrays.copyOfRange(parameters, weights, parameters.length),
        mode,
        temperature,
        precision);
  }

  @Override
  public ReplicaMemory memory(int capacity) {
    return precision instanceof Precision.Singles singles
        ? Engines.memory(
            singles.engine().name(),
            ReplicaUse.training(network, capacity, THREADS, singles.engine().featureStorage()))
        : Nd4jDoubleNetwork.gradientMemory(network, capacity);
  }

  @Override
  public LossGradient withLanes(IntSupplier narrowest) {
    return precision instanceof Precision.Singles singles
        ? new LossGradient(
            network,
            others,
            mode,
            temperature,
            new Precision.Singles(singles.engine().withLanes(narrowest)))
        : this;
  }

  @Override
  public ChunkGradient open(int capacity) {
    return precision instanceof Precision.Singles singles
        ? new EngineChunkGradient(
            this, Engines.create(singles.engine(), THREADS, OptionalInt.empty()), capacity)
        : new DoubleChunkGradient(this);
  }

  @Override
  public String description() {
    return "batch norm on %s statistics, temperature %s, %s precision"
        .formatted(
            statistics(),
            temperature,
            precision instanceof Precision.Singles ? "single" : "double");
  }

  /**
   * Softmax cross-entropy of logits / temperature, summed over a chunk, and its gradient.
   *
   * @param logits [labels, classes]
   * @param gradient receives [labels, classes]
   */
  double crossEntropy(double[] logits, double[] gradient, int[] labels) {
    int classes = logits.length / labels.length;
    double total = 0;
    for (int n = 0; n < labels.length; n++) {
      int row = n * classes;
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        max = Math.max(max, logits[row + k] / temperature);
      }
      double sumOfExp = 0;
      for (int k = 0; k < classes; k++) {
        sumOfExp += StrictMath.exp(logits[row + k] / temperature - max);
      }
      double logSumOfExp = max + StrictMath.log(sumOfExp);
      total += logSumOfExp - logits[row + labels[n]] / temperature;
      for (int k = 0; k < classes; k++) {
        double probability = StrictMath.exp(logits[row + k] / temperature - logSumOfExp);
        gradient[row + k] = (probability - (k == labels[n] ? 1 : 0)) / temperature;
      }
    }
    return total;
  }
}
