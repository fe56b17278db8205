package org.sscspark.pruning.method;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pruning.WeightMask;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * How much a network's answers to noise change with its weights, at weights drawn anew: the trace
 * of the neural tangent kernel, estimated by a finite difference in a random direction. For one
 * thread.
 *
 * <p>With weights w, w' = w + epsilon x (standard normal numbers), a mask m and images of standard
 * normal noise, S is the sum over images of |f(m w) - f(m w')|^2. Batch norm has in both the
 * statistics that the images have at m w, and these are constants.
 */
final class KernelProbe implements AutoCloseable {
  /** Coordinates that set a draw's streams apart. */
  private static final int IMAGES = 0;

  private static final int DIRECTION = 1;

  private final NetworkSpec network;
  private final double epsilon;
  private final Replica replica;
  private final float[] input;

  /**
   * Makes an instance.
   *
   * @param capacity the most images of a draw
   */
  KernelProbe(NetworkSpec network, EngineSettings engine, int capacity, double epsilon) {
    this.network = network;
    this.epsilon = epsilon;
    this.replica =
        Engines.create(engine, 1, OptionalInt.empty()).replica(momentumOne(network), capacity);
    this.input = replica.newInput();
  }

  /** The network whose running statistics are those of the last minibatch. */
  private static NetworkSpec momentumOne(NetworkSpec network) {
    List<Op> ops = new ArrayList<>();
    for (Op op : network.ops()) {
      ops.add(
          op instanceof Op.BatchNorm norm
              ? new Op.BatchNorm(
                  norm.name(), norm.input(), norm.channels(), norm.epsilon(), /* momentum= */ 1)
              : op);
    }
    return new NetworkSpec(network.name(), network.input(), ops);
  }

  /**
   * Adds dS/dm for each kept weight.
   *
   * @param key of all that is drawn
   * @param images the number of images
   */
  void addSlopes(WeightMask kept, long key, int images, double[] slopes) {
    float[] weights = Initialization.parameters(network, FanIn.DENSE, key);
    float[] moved = weights.clone();
    RandomStream direction = RandomStream.of(key, Purpose.PRUNING_NOISE, DIRECTION);
    for (int i = 0; i < kept.size(); i++) {
      moved[i] += (float) (epsilon * direction.nextGaussian());
    }
    replica.inputLayout().fill(noise(key, images), images, input);
    System.arraycopy(weights, 0, replica.parameters(), 0, weights.length);
    answers(weights, kept, images, BatchNormMode.BATCH_AND_UPDATE);

    float[] difference = answers(weights, kept, images, BatchNormMode.RUNNING);
    float[] there = answers(moved, kept, images, BatchNormMode.RUNNING);
    for (int i = 0; i < there.length; i++) {
      difference[i] = 2 * (there[i] - difference[i]);
    }
    replica.backward(difference);
    addProducts(moved, kept, slopes);
    answers(weights, kept, images, BatchNormMode.RUNNING);
    for (int i = 0; i < difference.length; i++) {
      difference[i] = -difference[i];
    }
    replica.backward(difference);
    addProducts(weights, kept, slopes);
  }

  private float[] noise(long key, int images) {
    RandomStream random = RandomStream.of(key, Purpose.PRUNING_NOISE, IMAGES);
    float[] noise = new float[images * network.input().size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    return noise;
  }

  private float[] answers(float[] weights, WeightMask kept, int images, BatchNormMode mode) {
    float[] live = replica.parameters();
    for (int i = 0; i < kept.size(); i++) {
      live[i] = kept.keeps(i) ? weights[i] : 0;
    }
    float[] logits = new float[images * network.classes()];
    replica.forward(input, images, mode, logits);
    return logits;
  }

  private void addProducts(float[] weights, WeightMask kept, double[] slopes) {
    float[] gradients = replica.gradients();
    for (int i = 0; i < kept.size(); i++) {
      if (kept.keeps(i)) {
        slopes[i] += (double) weights[i] * gradients[i];
      }
    }
  }

  @Override
  public void close() {
    replica.close();
  }
}
