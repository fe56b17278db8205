package org.sscspark.engine.lane;

import java.util.List;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Borders;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/** One convolution without a network around it, on one thread: for measurements. */
public final class LaneConvolution implements AutoCloseable {
  private final Machine machine;
  private final ConvolutionStep step;
  private final long multiplyAdds;

  /** Values, weights and gradients are small numbers of both signs. */
  public LaneConvolution(Op.Convolution convolution, FeatureShape input, int batch) {
    FeatureShape output = convolution.output(List.of(input));
    NetworkSpec network =
        new NetworkSpec(
            convolution.name(),
            input,
            List.of(convolution, new Op.GlobalAveragePool("pool", convolution.name())));
    Arithmetic arithmetic = LaneEngine.arithmetic();
    ParameterLayout layout = ParameterLayout.of(network);
    machine =
        new Machine(arithmetic, 1, layout, new float[layout.size()], new float[layout.size()]);
    machine.batch.set(batch, BatchNormMode.BATCH);
    var borders = Borders.of(network);
    int blocks = machine.batch.blocks();
    int lanes = arithmetic.lanes();
    Value in = value(new LaneLayout(input, borders.get(NetworkSpec.INPUT), lanes, blocks));
    Value out = value(new LaneLayout(output, borders.get(convolution.name()), lanes, blocks));
    fill(machine.parameters, 13);
    fill(in.data, 101);
    in.gradient = new float[in.layout.length()];
    out.gradient = new float[out.layout.length()];
    fill(out.gradient, 97);
    step = ConvolutionStep.of(machine, convolution, in, out);
    multiplyAdds =
        (long) machine.layout.weightCount() * output.height() * output.width() * blocks * lanes;
  }

  private static Value value(LaneLayout layout) {
    return new Value(layout, new float[layout.length()]);
  }

  private static void fill(float[] values, int period) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % period - period / 2) * 0.01f;
    }
  }

  /** Multiply-adds of kept weights in each of the three computations. */
  public long multiplyAdds() {
    return multiplyAdds;
  }

  public void forward() {
    step.forward();
  }

  public void backwardInput() {
    step.backwardInput();
  }

  public void backwardWeights() {
    step.backwardParameters();
  }

  @Override
  public void close() {
    machine.team.close();
  }
}
