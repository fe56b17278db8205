package org.sscspark.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/** How a step moves running statistics, by their formula, from the values that norms read. */
final class RunningStatistics {
  private static final String IDENTITY = "identity";

  private RunningStatistics() {}

  /** The parameters after the statistics of all norms have moved. */
  static double[] moved(NetworkSpec network, double[] parameters, double[] images, int count) {
    ParameterLayout layout = ParameterLayout.of(network);
    double[] moved = parameters.clone();
    for (Op op : network.ops()) {
      if (op instanceof Op.BatchNorm norm) {
        double[] values = read(network, norm.input(), parameters, images, count);
        int mean = layout.segment(norm.name(), Role.MEAN).offset();
        int variance = layout.segment(norm.name(), Role.VARIANCE).offset();
        for (int c = 0; c < norm.channels(); c++) {
          double[] channel = channel(values, count, norm.channels(), c);
          double average = Arrays.stream(channel).average().orElseThrow();
          double squares = Arrays.stream(channel).map(x -> (x - average) * (x - average)).sum();
          // A single value has no unbiased variance, and keeps the biased one, zero.
          double unbiased = squares / Math.max(1, channel.length - 1);
          moved[mean + c] += norm.momentum() * (average - moved[mean + c]);
          moved[variance + c] += norm.momentum() * (unbiased - moved[variance + c]);
        }
      }
    }
    return moved;
  }

  private static double[] channel(double[] values, int count, int channels, int c) {
    int plane = values.length / count / channels;
    double[] channel = new double[count * plane];
    for (int n = 0; n < count; n++) {
      System.arraycopy(values, (n * channels + c) * plane, channel, n * plane, plane);
    }
    return channel;
  }

  /** A value [N, C, H, W] within a network: logits of what comes before it and of an identity. */
  private static double[] read(
      NetworkSpec network, String value, double[] parameters, double[] images, int count) {
    FeatureShape shape = network.shapes().get(value);
    WeightShape weights = new WeightShape(shape.size(), shape.size(), 1, 1);
    Support diagonal = new Support.Patterned(weights, SscPattern.depthwise(shape.size(), 1));
    List<Op> ops = new ArrayList<>();
    for (int i = 0; !value.equals(i == 0 ? NetworkSpec.INPUT : ops.get(i - 1).name()); i++) {
      ops.add(network.ops().get(i));
    }
    ops.add(new Op.FullyConnected(IDENTITY, value, diagonal, false));
    NetworkSpec before = new NetworkSpec(IDENTITY, network.input(), ops);
    ParameterLayout from = ParameterLayout.of(network);
    ParameterLayout to = ParameterLayout.of(before);
    double[] given = new double[to.size()];
    for (Segment segment : to.segments()) {
      if (segment.op().equals(IDENTITY)) {
        Arrays.fill(given, segment.offset(), segment.end(), 1);
      } else {
        int at = from.segment(segment.op(), segment.role()).offset();
        System.arraycopy(parameters, at, given, segment.offset(), segment.length());
      }
    }
    return new Nd4jDoubleNetwork(before).logits(given, images, count, BatchNormMode.BATCH);
  }
}
