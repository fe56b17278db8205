package org.sscspark.engine.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.sscspark.engine.TapGroup;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.SupportLayout;

/** A convolution or a fully connected layer over the weights that exist. */
final class ConvolutionStep implements Step {
  private final Machine machine;
  private final Value in;
  private final Value out;
  private final Correlation forward;
  private final WeightGradient weightGradient;

  /** Together they write every position of the input's gradient once. */
  private final List<Correlation> backward;

  /** Where the biases start; negative for none. */
  private final int bias;

  private final long multiplyAdds;
  private boolean addsToInput;

  private ConvolutionStep(
      Machine machine,
      Op.Weighted op,
      Value in,
      Value out,
      List<TapGroup> groups,
      int[] from,
      int[] to,
      List<Correlation> backward) {
    this.machine = machine;
    this.in = in;
    this.out = out;
    this.backward = backward;
    this.bias = op.bias() ? machine.layout.segment(op.name(), Role.BIAS).offset() : -1;
    this.multiplyAdds = (long) machine.layout.support(op.name()).kept() * from.length;
    int weights = machine.layout.segment(op.name(), Role.WEIGHT).offset();
    IntUnaryOperator channelOffset = c -> c * out.layout.channelStride();
    this.forward = new Correlation(machine, groups, channelOffset, from, to, weights, bias);
    this.weightGradient = new WeightGradient(machine, groups, channelOffset, from, to, weights);
  }

  static ConvolutionStep of(Machine machine, Op.Convolution op, Value in, Value out) {
    SupportLayout support = machine.layout.support(op.name());
    FeatureShape shape = out.layout.shape();
    IntUnaryOperator channelOffset = c -> c * in.layout.channelStride();
    List<Correlation> backward = new ArrayList<>();
    for (int row = 0; row < op.stride(); row++) {
      for (int column = 0; column < op.stride(); column++) {
        int rows = Grid.ceilDiv(in.layout.shape().height() - row, op.stride());
        int columns = Grid.ceilDiv(in.layout.shape().width() - column, op.stride());
        if (rows > 0 && columns > 0) {
          backward.add(
              new Correlation(
                  machine,
                  TapGroup.backward(
                      support, out.layout.strides(), op.stride(), op.padding(), row, column),
                  channelOffset,
                  out.layout.indices(0, rows, 0, columns, 1),
                  in.layout.indices(row, rows, column, columns, op.stride()),
                  machine.layout.segment(op.name(), Role.WEIGHT).offset(),
                  -1));
        }
      }
    }
    return new ConvolutionStep(
        machine,
        op,
        in,
        out,
        TapGroup.forward(support, in.layout.strides()),
        in.layout.indices(-op.padding(), shape.height(), -op.padding(), shape.width(), op.stride()),
        out.layout.indices(0, shape.height(), 0, shape.width(), 1),
        backward);
  }

  static ConvolutionStep of(Machine machine, Op.FullyConnected op, Value in, Value out) {
    SupportLayout support = machine.layout.support(op.name());
    int width = in.layout.shape().width();
    IntUnaryOperator feature =
        j ->
            in.layout.index(
                    j / in.layout.positions(),
                    j % in.layout.positions() / width,
                    j % in.layout.positions() % width)
                - in.layout.origin();
    int[] from = {in.layout.origin()};
    int[] to = {out.layout.origin()};
    Correlation backward =
        new Correlation(
            machine,
            TapGroup.backward(support, out.layout.strides(), 1, 0, 0, 0),
            feature,
            to,
            from,
            machine.layout.segment(op.name(), Role.WEIGHT).offset(),
            -1);
    return new ConvolutionStep(
        machine,
        op,
        in,
        out,
        TapGroup.forward(support, new TapGroup.Strides(feature, 0, 0)),
        from,
        to,
        List.of(backward));
  }

  /** What this layer reads. */
  Value input() {
    return in;
  }

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients() {
    addsToInput = in.claimGradient();
  }

  @Override
  public void forward() {
    forward.run(in.data(), out.data(), false);
  }

  @Override
  public void backward() {
    backwardParameters();
    backwardInput();
  }

  /** Computes the gradients of weights and biases. */
  void backwardParameters() {
    weightGradient.run(in.data(), out.gradient());
    if (bias >= 0) {
      machine.stream.launch(
          "bias_gradient",
          Grid.ofWarps(out.channels(), 1, 1, 8),
          out.gradientInside(),
          machine.gradients.from(bias),
          out.layout.plane(),
          machine.batch.chunks());
    }
  }

  /** Computes the gradient of the input. */
  void backwardInput() {
    for (Correlation correlation : backward) {
      correlation.run(out.gradient(), in.gradient(), addsToInput);
    }
  }

  private long values() {
    return (long) in.layout.shape().size() + out.layout.shape().size();
  }

  @Override
  public Cost forwardCost() {
    return new Cost(values(), multiplyAdds);
  }

  @Override
  public Cost backwardCost() {
    return new Cost(2 * values(), 2 * multiplyAdds);
  }
}
