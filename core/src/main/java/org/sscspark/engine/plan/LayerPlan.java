package org.sscspark.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.SupportLayout;

/**
 * The geometry of a layer with weights, in buffers of an engine's layout.
 *
 * @param forward from the input to the output
 * @param backward from the output's gradient to the input's, by residue of row and column modulo
 *     the stride, so that no tap falls between outputs; together they write every position once
 * @param weights where the packed weights start in the flat parameter vector
 * @param biases where the biases, by output channel, start there; {@link #NONE} without
 * @param multiplyAdds of one example
 */
public record LayerPlan(
    Sums forward, List<Sums> backward, int weights, int biases, long multiplyAdds) {
  /** The start of biases that do not exist. */
  public static final int NONE = -1;

  /**
   * Sums of taps: output channel c at position i is the sum, over the taps of c's group, of weight
   * times {@code in[from[i] + offset]}.
   *
   * @param groups output channels that sum the same taps, in any order
   * @param channelOffset where an output channel starts, from channel 0
   * @param from positions in the buffer that is read
   * @param to for each of them, the position in channel 0 of the buffer that is written
   * @param weights where the packed weights start in the flat parameter vector
   * @param biases where the biases that sums start with are; {@link #NONE} without
   */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  public record Sums(
      List<TapGroup> groups,
      IntUnaryOperator channelOffset,
      int[] from,
      int[] to,
      int weights,
      int biases) {}

  /** Plans a convolution. */
  public static LayerPlan of(
      Op.Convolution op, ParameterLayout parameters, FeatureLayout in, FeatureLayout out) {
    return new LayerPlan(
        forward(op, parameters, in, out),
        backward(op, parameters, in, out),
        parameters.segment(op.name(), Role.WEIGHT).offset(),
        biases(op, parameters),
        (long) parameters.support(op.name()).kept() * out.shape().height() * out.shape().width());
  }

  /** A convolution's sums from the input to the output. */
  public static Sums forward(
      Op.Convolution op, ParameterLayout parameters, FeatureLayout in, FeatureLayout out) {
    FeatureShape shape = out.shape();
    int first = -op.padding();
    return new Sums(
        TapGroup.forward(parameters.support(op.name()), in.strides()),
        c -> c * out.channelStride(),
        in.positions(first, shape.height(), first, shape.width(), op.stride()),
        out.positions(0, shape.height(), 0, shape.width(), 1),
        parameters.segment(op.name(), Role.WEIGHT).offset(),
        biases(op, parameters));
  }

  /**
   * A convolution's sums from the output's gradient to the input's, by residue.
   *
   * @param in of the input's gradient
   * @param out of the output's gradient
   */
  public static List<Sums> backward(
      Op.Convolution op, ParameterLayout parameters, FeatureLayout in, FeatureLayout out) {
    SupportLayout support = parameters.support(op.name());
    int stride = op.stride();
    List<Sums> backward = new ArrayList<>();
    for (int row = 0; row < stride; row++) {
      for (int column = 0; column < stride; column++) {
        int rows = Math.floorDiv(in.shape().height() - row + stride - 1, stride);
        int columns = Math.floorDiv(in.shape().width() - column + stride - 1, stride);
        if (rows > 0 && columns > 0) {
          backward.add(
              new Sums(
                  TapGroup.backward(support, out.strides(), stride, op.padding(), row, column),
                  c -> c * in.channelStride(),
                  out.positions(0, rows, 0, columns, 1),
                  in.positions(row, rows, column, columns, stride),
                  parameters.segment(op.name(), Role.WEIGHT).offset(),
                  NONE));
        }
      }
    }
    return backward;
  }

  /** Plans a fully connected layer: a convolution of one position over all features. */
  public static LayerPlan of(
      Op.FullyConnected op, ParameterLayout parameters, FeatureLayout in, FeatureLayout out) {
    SupportLayout support = parameters.support(op.name());
    int weights = parameters.segment(op.name(), Role.WEIGHT).offset();
    int biases = biases(op, parameters);
    int[] from = in.positions(0, 1, 0, 1, 1);
    int[] to = out.positions(0, 1, 0, 1, 1);
    TapGroup.Strides features =
        new TapGroup.Strides(in::feature, in.rowStride(), in.columnStride());
    Sums forward =
        new Sums(
            TapGroup.forward(support, features),
            c -> c * out.channelStride(),
            from,
            to,
            weights,
            biases);
    Sums backward =
        new Sums(
            TapGroup.backward(support, out.strides(), 1, 0, 0, 0),
            in::feature,
            to,
            from,
            weights,
            NONE);
    return new LayerPlan(forward, List.of(backward), weights, biases, support.kept());
  }

  private static int biases(Op.Weighted op, ParameterLayout parameters) {
    return op.bias() ? parameters.segment(op.name(), Role.BIAS).offset() : NONE;
  }
}
