package org.sscspark.engine;

import java.util.Arrays;
import org.sscspark.network.NetworkSpec;

/** One step of a replica on images [N, C, H, W], for tests. */
public final class Replicas {
  private Replicas() {}

  /** What a step computes; all arrays are copies. */
  @SuppressWarnings("ArrayRecordComponent") // Test data.
  public record Step(float[] logits, float[] gradients, float[] inputGradient, float[] parameters) {
    /** Whether all bits are the same. */
    public boolean sameBits(Step other) {
      return Arrays.equals(logits, other.logits)
          && Arrays.equals(gradients, other.gradients)
          && Arrays.equals(inputGradient, other.inputGradient)
          && Arrays.equals(parameters, other.parameters);
    }
  }

  /** Runs one step on a new replica. */
  public static Step step(
      Engine engine,
      NetworkSpec network,
      float[] parameters,
      float[] images,
      int count,
      BatchNormMode mode,
      float[] logitsGradient) {
    try (Replica replica = engine.replica(network, count)) {
      System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
      return step(replica, images, count, mode, logitsGradient);
    }
  }

  /** Runs one step. Places of images from {@code count} on hold NaN. */
  public static Step step(
      Replica replica, float[] images, int count, BatchNormMode mode, float[] logitsGradient) {
    float[] logits = new float[count * replica.network().classes()];
    replica.forward(input(replica, images, count), count, mode, logits);
    replica.backward(logitsGradient);
    float[] inputGradient = new float[images.length];
    replica.inputGradient(inputGradient);
    return new Step(
        logits, replica.gradients().clone(), inputGradient, replica.parameters().clone());
  }

  /** Lays images out as the replica wants them. Places of other images hold NaN. */
  public static float[] input(InferenceReplica replica, float[] images, int count) {
    InputLayout layout = replica.inputLayout();
    float[] input = replica.newInput();
    int height = layout.shape().height();
    int width = layout.shape().width();
    int next = 0;
    for (int n = 0; n < replica.capacity(); n++) {
      for (int c = 0; c < layout.shape().channels(); c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            input[layout.plane(n, c) + y * layout.rowStride() + x * layout.pixelStride()] =
                n < count ? images[next++] : Float.NaN;
          }
        }
      }
    }
    return input;
  }
}
