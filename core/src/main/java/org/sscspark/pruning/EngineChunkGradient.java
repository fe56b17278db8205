package org.sscspark.pruning;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.sscspark.engine.Engine;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.Replica;

/** Gradients in single precision, by the engine that trains. */
final class EngineChunkGradient implements ChunkGradient {
  private final LossGradient loss;
  private final EngineDescription engine;
  private final Replica replica;
  private final float[] input;
  private final int classes;

  /**
   * Makes an instance.
   *
   * @param capacity the largest chunk
   */
  EngineChunkGradient(LossGradient loss, Engine engine, int capacity) {
    this.loss = loss;
    this.engine = engine.description();
    this.replica = engine.replica(loss.network(), capacity);
    this.input = replica.newInput();
    this.classes = loss.network().classes();
    float[] parameters = replica.parameters();
    int others = loss.others().length;
    System.arraycopy(loss.others(), 0, parameters, parameters.length - others, others);
  }

  @Override
  public double[] of(DoubleBuffer weights, ScoringSet set, int chunk) {
    float[] parameters = replica.parameters();
    for (int i = 0; i < weights.limit(); i++) {
      parameters[i] = (float) weights.get(i);
    }
    int count = set.count(chunk);
    int size = set.shape().size();
    int start = set.start(chunk) * size;
    replica
        .inputLayout()
        .fill(Arrays.copyOfRange(set.images(), start, start + count * size), count, input);
    float[] logits = new float[count * classes];
    replica.forward(input, count, loss.mode(), logits);
    replica.backward(logitsGradient(logits, set.labels(chunk)));
    double[] gradient = new double[weights.limit()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = replica.gradients()[i];
    }
    return gradient;
  }

  private float[] logitsGradient(float[] logits, int[] labels) {
    double[] values = new double[logits.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = logits[i];
    }
    double[] slopes = new double[values.length];
    loss.crossEntropy(values, slopes, labels);
    float[] gradient = new float[values.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) slopes[i];
    }
    return gradient;
  }

  @Override
  public String arithmetic() {
    return "%s, %s".formatted(engine.name(), engine.arithmetic());
  }

  @Override
  public void close() {
    replica.close();
  }
}
