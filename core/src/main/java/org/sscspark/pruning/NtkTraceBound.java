package org.sscspark.pruning;

import java.util.Arrays;
import java.util.function.IntSupplier;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * The upper bound of the trace of the neural tangent kernel that path exclusion (PX) keeps large
 * (Iurada, Ciccone and Tommasi, CVPR 2024). For an image x it is the sum over logits of a product:
 * the squares of x carried along all kept paths whose ReLUs are on at x, times the squares of
 * weights multiplied along all kept paths:
 *
 * <pre>R = sum over x and k of z1_k(x) z2_k</pre>
 *
 * z1 are logits of x^2 where weights are 1 and ReLUs pass what they pass at x; z2 those of ones
 * where weights are squared. Batch norm does nothing in either, whatever its parameters are: those
 * of a trained network decide at most which ReLUs are on. The gradient is by the squared weights,
 * and z1 does not depend on them.
 *
 * @param network the unpruned network
 * @param others its parameters that are no prunable weights: the end of its flat vector
 * @param mode batch-norm statistics where ReLUs decide
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record NtkTraceBound(NetworkSpec network, float[] others, BatchNormMode mode)
    implements ScoredFunction {
  private static final long serialVersionUID = 1L;

  /**
   * The bound of a network.
   *
   * @param parameters its whole flat vector, of which only what is no prunable weight is used
   */
  public static NtkTraceBound of(NetworkSpec network, float[] parameters, BatchNormMode mode) {
    int weights = ParameterLayout.of(network).weightCount();
    return new NtkTraceBound(
        network, Arrays.copyOfRange(parameters, weights, parameters.length), mode);
  }

  @Override
  public ReplicaMemory memory(int capacity) {
    return Nd4jDoubleNetwork.gatedMemory(network, capacity);
  }

  /** Double precision knows no lanes. */
  @Override
  public NtkTraceBound withLanes(IntSupplier narrowest) {
    return this;
  }

  @Override
  public ChunkGradient open(int capacity) {
    return new TraceBoundGradient(this);
  }

  @Override
  public String description() {
    return "ReLUs with batch norm on %s statistics, double precision".formatted(statistics());
  }
}
