package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.Callable;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a program sees of a network that it builds and trains: parameters, outputs, score and name,
 * or the exception.
 */
@SuppressWarnings("ArrayRecordComponent") // Test data.
record Outcome(
    float[] parameters,
    float[] outputs,
    DataType type,
    double score,
    String name,
    Exception failure) {
  private static final float TOLERANCE = 2e-5f;
  private static final Offset<Float> ROUNDING = within(TOLERANCE);

  /** Trains a network on all minibatches twice. */
  static Outcome of(MultiLayerNetwork network, DataSet... minibatches) {
    Nd4j.getRandom().setSeed(99);
    for (int epoch = 0; epoch < 2; epoch++) {
      for (DataSet minibatch : minibatches) {
        network.fit(minibatch);
      }
      network.incrementEpochCount();
    }
    INDArray outputs = network.output(minibatches[0].getFeatures());
    return new Outcome(
        floats(network.params()),
        floats(outputs),
        network.params().dataType(),
        network.score(),
        network.getLayer(0).conf().getLayer().getLayerName(),
        null);
  }

  /** The outcome of all of it, where something may throw. */
  static Outcome orFailure(Callable<Outcome> program) {
    try {
      return program.call();
    } catch (Exception e) {
      return new Outcome(new float[0], new float[0], null, 0, null, e);
    }
  }

  static float[] floats(INDArray array) {
    return array.dup('c').reshape(array.length()).toFloatVector();
  }

  /** The other network's outcome, but for rounding; failures are of the same class. */
  void assertEquals(Outcome expected, String of) {
    assertThat(failure == null ? null : failure.getClass())
        .as("exception of %s, %s", of, failure)
        .isEqualTo(expected.failure == null ? null : expected.failure.getClass());
    assertThat(type).as("data type of %s", of).isEqualTo(expected.type);
    assertThat(name).as("name of %s", of).isEqualTo(expected.name);
    assertThat(outputs).as("outputs of %s", of).containsExactly(expected.outputs, ROUNDING);
    assertThat(score).as("score of %s", of).isCloseTo(expected.score, within(1e-4));
    assertThat(parameters)
        .as("parameters of %s", of)
        .containsExactly(expected.parameters, ROUNDING);
  }

  /** Whether a program can tell the two apart. */
  boolean differs(Outcome other) {
    return (failure == null) != (other.failure == null)
        || !String.valueOf(name).equals(String.valueOf(other.name))
        || type != other.type
        || parameters.length != other.parameters.length
        || far(parameters, other.parameters)
        || far(outputs, other.outputs);
  }

  private static boolean far(float[] left, float[] right) {
    if (left.length != right.length) {
      return true;
    }
    for (int i = 0; i < left.length; i++) {
      if (!(Math.abs(left[i] - right[i]) <= 10 * TOLERANCE)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "Outcome(" + Arrays.toString(outputs) + ", " + failure + ")";
  }
}
