package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.sscspark.engine.TapGroup;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SupportLayout;

/** A convolution, or a fully connected layer as a pointwise one over all features. */
final class ConvolutionStep implements Step {
  /** Positions are shared out to threads in such units, so that register blocks stay whole. */
  private static final int UNIT = 8;

  private final Machine machine;
  private final Value in;
  private final Value out;
  private final Segment bias;
  private final Correlation forward;
  private final WeightGradient weightGradient;

  /** By residue of row and column modulo the stride, so that no tap falls between outputs. */
  private final List<Correlation> backward;

  private final Team.Work packForward = this::packForward;
  private final Team.Work packBackward = this::packBackward;
  private final Team.Work runForward = this::runForward;
  private final Team.Work runParameters = this::runParameters;
  private final Team.Work runBackward = this::runBackward;
  private boolean addsToInput;

  private ConvolutionStep(
      Machine machine,
      Op.Weighted op,
      Value in,
      Value out,
      Correlation forward,
      WeightGradient weightGradient,
      List<Correlation> backward) {
    this.machine = machine;
    this.in = in;
    this.out = out;
    this.bias = op.bias() ? machine.layout.segment(op.name(), Role.BIAS) : null;
    this.forward = forward;
    this.weightGradient = weightGradient;
    this.backward = List.copyOf(backward);
  }

  static ConvolutionStep of(Machine machine, Op.Convolution op, Value in, Value out) {
    SupportLayout support = machine.layout.support(op.name());
    FeatureShape shape = out.layout.shape();
    int[] from =
        in.layout.positions(
            -op.padding(), shape.height(), -op.padding(), shape.width(), op.stride());
    int[] to = out.layout.positions(0, shape.height(), 0, shape.width(), 1);
    List<TapGroup> groups = TapGroup.forward(support, in.layout.strides());
    List<Correlation> backward = new ArrayList<>();
    for (int row = 0; row < op.stride(); row++) {
      for (int column = 0; column < op.stride(); column++) {
        int rows = (in.layout.shape().height() - row + op.stride() - 1) / op.stride();
        int columns = (in.layout.shape().width() - column + op.stride() - 1) / op.stride();
        if (rows <= 0 || columns <= 0) {
          continue;
        }
        backward.add(
            new Correlation(
                TapGroup.backward(
                    support, out.layout.strides(), op.stride(), op.padding(), row, column),
                out.layout,
                in.layout,
                c -> c * in.layout.channelStride(),
                out.layout.positions(0, rows, 0, columns, 1),
                in.layout.positions(row, rows, column, columns, op.stride()),
                machine.layout.segment(op.name(), Role.WEIGHT).offset(),
                -1,
                machine.arithmetic.filterBlocks()));
      }
    }
    return of(machine, op, in, out, groups, from, to, backward);
  }

  static ConvolutionStep of(Machine machine, Op.FullyConnected op, Value in, Value out) {
    SupportLayout support = machine.layout.support(op.name());
    int width = in.layout.shape().width();
    int plane = in.layout.shape().height() * width;
    IntUnaryOperator feature =
        j ->
            j / plane * in.layout.channelStride()
                + j % plane / width * in.layout.rowStride()
                + j % width * in.layout.lanes();
    int[] from = in.layout.positions(0, 1, 0, 1, 1);
    int[] to = out.layout.positions(0, 1, 0, 1, 1);
    Correlation backward =
        new Correlation(
            TapGroup.backward(support, out.layout.strides(), 1, 0, 0, 0),
            out.layout,
            in.layout,
            feature,
            to,
            from,
            machine.layout.segment(op.name(), Role.WEIGHT).offset(),
            -1,
            machine.arithmetic.filterBlocks());
    List<TapGroup> groups = TapGroup.forward(support, in.layout.strides(feature));
    return of(machine, op, in, out, groups, from, to, List.of(backward));
  }

  private static ConvolutionStep of(
      Machine machine,
      Op.Weighted op,
      Value in,
      Value out,
      List<TapGroup> groups,
      int[] from,
      int[] to,
      List<Correlation> backward) {
    int weights = machine.layout.segment(op.name(), Role.WEIGHT).offset();
    int biases = op.bias() ? machine.layout.segment(op.name(), Role.BIAS).offset() : -1;
    Correlation forward =
        new Correlation(
            groups,
            in.layout,
            out.layout,
            c -> c * out.layout.channelStride(),
            from,
            to,
            weights,
            biases,
            machine.arithmetic.filterBlocks());
    WeightGradient gradient =
        WeightGradient.of(machine, groups, in.layout, out.layout, from, to, weights);
    return new ConvolutionStep(machine, op, in, out, forward, gradient, backward);
  }

  /** What this convolution reads. */
  Value input() {
    return in;
  }

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients(GradientBuffers buffers) {
    addsToInput = buffers.claim(in);
  }

  @Override
  public void forward() {
    machine.team.run(packForward);
    machine.team.run(runForward);
  }

  private void packForward(int part, int parts) {
    forward.pack(machine.parameters, part, parts);
  }

  private void packBackward(int part, int parts) {
    for (int i = 0; i < backward.size(); i++) {
      backward.get(i).pack(machine.parameters, part, parts);
    }
  }

  private void runForward(int part, int parts) {
    run(forward, in.data, out.data, part, parts, false);
  }

  private void run(
      Correlation plan, float[] from, float[] to, int part, int parts, boolean accumulate) {
    int positions = plan.positionsPerBlock * machine.batch.blocks();
    int units = (positions + UNIT - 1) / UNIT;
    int first = Team.start(units, part, parts) * UNIT;
    int last = Math.min(positions, Team.end(units, part, parts) * UNIT);
    machine.arithmetic.correlate(plan, from, to, first, last, accumulate);
  }

  @Override
  public void backward() {
    backwardParameters();
    backwardInput();
  }

  /** Computes the gradients of weights and biases. */
  void backwardParameters() {
    machine.team.run(runParameters);
  }

  /** Computes the gradient of the input. */
  void backwardInput() {
    machine.team.run(packBackward);
    machine.team.run(runBackward);
  }

  private void runParameters(int part, int parts) {
    weightGradient.run(
        machine,
        in.data,
        out.gradient,
        machine.weightSums(part),
        Team.start(weightGradient.units(), part, parts),
        Team.end(weightGradient.units(), part, parts));
    if (bias != null) {
      int last = Team.end(bias.length(), part, parts);
      for (int f = Team.start(bias.length(), part, parts); f < last; f++) {
        machine.gradients[bias.offset() + f] = biasGradient(f, machine.scratch(part));
      }
    }
  }

  private float biasGradient(int filter, float[] scratch) {
    double gradient = 0;
    for (int block = 0; block < machine.batch.blocks(); block++) {
      machine.arithmetic.sum(out.gradient, out.layout.plane(block, filter), out.plane, scratch, 0);
      gradient += LaneSums.of(scratch, 0, machine.lanes());
    }
    return (float) gradient;
  }

  private void runBackward(int part, int parts) {
    for (int i = 0; i < backward.size(); i++) {
      run(backward.get(i), out.gradient, in.gradient, part, parts, addsToInput);
    }
  }
}
