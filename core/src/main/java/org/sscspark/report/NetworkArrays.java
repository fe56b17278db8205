package org.sscspark.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sscspark.data.Normalization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/** A network's parameters as the arrays that other programs use. */
public final class NetworkArrays {
  private NetworkArrays() {}

  /**
   * Adds every parameter under the name {@code OPERATOR.ROLE}, as in {@code conv1.weight} or {@code
   * bn1.variance}. Weights are dense, [filters, channels, kernel height, kernel width] (fully
   * connected ones [outputs, inputs]), zero where there is none; {@code OPERATOR.support} has the
   * same shape and is true where a weight exists.
   *
   * @param parameters the flat parameter vector
   */
  public static void add(NumpyArchive archive, NetworkSpec network, float[] parameters)
      throws IOException {
    ParameterLayout layout = ParameterLayout.of(network);
    for (Op.Weighted op : network.weighted()) {
      SupportLayout support = layout.support(op.name());
      int[] shape = shape(op);
      int offset = layout.segment(op.name(), Role.WEIGHT).offset();
      archive.add(op.name() + ".weight", support.dense(parameters, offset), shape);
      archive.add(op.name() + ".support", support.positions(), shape);
    }
    for (Segment segment : layout.segments()) {
      if (segment.role() != Role.WEIGHT) {
        archive.add(
            segment.op() + "." + segment.role().name().toLowerCase(Locale.ROOT),
            Arrays.copyOfRange(parameters, segment.offset(), segment.end()),
            segment.length());
      }
    }
  }

  /**
   * Adds how pixels become the network's input, {@code (pixel - input.mean) / input.std} by
   * channel, and {@code classes.json}, the names of the classes in the order of the outputs. No
   * operator is called {@code input}, so these are no parameters.
   */
  public static void addInput(
      NumpyArchive archive, Normalization normalization, List<String> classes) throws IOException {
    // What a network is given is divided by one where a channel is constant.
    double[] std = normalization.std().stream().mapToDouble(s -> s == 0 ? 1 : s).toArray();
    archive.add("input.mean", doubles(normalization.mean()), std.length);
    archive.add("input.std", std, std.length);
    archive.add("classes.json", new JsonMapper().writeValueAsString(classes) + "\n");
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int[] shape(Op.Weighted op) {
    WeightShape shape = op.support().shape();
    return op instanceof Op.FullyConnected
        ? new int[] {shape.filters(), shape.channels()}
        : new int[] {shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth()};
  }
}
