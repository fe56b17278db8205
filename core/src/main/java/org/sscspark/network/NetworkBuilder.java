package org.sscspark.network;

import java.util.ArrayList;
import java.util.List;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** Collects a network's operators, each reading the one before unless told otherwise. */
final class NetworkBuilder {
  /** Whether a convolution adds a bias to each filter. */
  enum Bias {
    NONE,
    PER_FILTER
  }

  private final String name;
  private final FeatureShape input;
  private final List<Op> ops = new ArrayList<>();
  private String at = NetworkSpec.INPUT;
  private FeatureShape shape;

  NetworkBuilder(String name, FeatureShape input) {
    this.name = name;
    this.input = input;
    this.shape = input;
  }

  /** The operator that the next one reads. */
  String at() {
    return at;
  }

  /** The output shape of {@link #at}. */
  FeatureShape shape() {
    return shape;
  }

  /** Goes back to an earlier operator, to start a branch there. */
  NetworkBuilder from(String op, FeatureShape shapeOfOp) {
    at = op;
    shape = shapeOfOp;
    return this;
  }

  /** A dense square convolution, padded so that stride 1 keeps the size. */
  NetworkBuilder convolution(String op, int filters, int kernel, int stride, Bias bias) {
    Support support = Support.dense(new WeightShape(filters, shape.channels(), kernel, kernel));
    return append(
        new Op.Convolution(op, at, support, stride, kernel / 2, bias == Bias.PER_FILTER), shape);
  }

  /** A 3x3 depthwise convolution without bias. */
  NetworkBuilder depthwise(String op, int stride) {
    int channels = shape.channels();
    Support support =
        new Support.Patterned(
            new WeightShape(channels, channels, 3, 3), SscPattern.depthwise(channels, 1));
    return append(
        new Op.Convolution(op, at, support, stride, /* padding= */ 1, /* bias= */ false, channels),
        shape);
  }

  NetworkBuilder norm(String op) {
    return append(new Op.BatchNorm(op, at, shape.channels()), shape);
  }

  NetworkBuilder relu(String op) {
    return append(new Op.Relu(op, at), shape);
  }

  NetworkBuilder maxPool(String op, int size, int stride, int padding) {
    return append(new Op.MaxPool(op, at, size, stride, padding), shape);
  }

  NetworkBuilder globalAveragePool(String op) {
    return append(new Op.GlobalAveragePool(op, at), shape);
  }

  /** A dense fully connected layer with bias. */
  NetworkBuilder fullyConnected(String op, int outputs) {
    Support support = Support.dense(new WeightShape(outputs, shape.size(), 1, 1));
    return append(new Op.FullyConnected(op, at, support, /* bias= */ true), shape);
  }

  /** Adds the output of an earlier operator, which must have the present shape. */
  NetworkBuilder add(String op, String other) {
    ops.add(new Op.Add(op, at, other));
    at = op;
    return this;
  }

  private NetworkBuilder append(Op op, FeatureShape in) {
    ops.add(op);
    at = op.name();
    shape = op.output(List.of(in));
    return this;
  }

  NetworkSpec build() {
    return new NetworkSpec(name, input, ops);
  }
}
